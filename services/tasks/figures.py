"""The figures of T2 in both readings: told by any of the three channel groups, and by all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chassis.identity import Viewer
from chassis.mongo import Database
from chassis.problems import Kind, Problem, absent
from contracts.vocabulary import (
    DatedId,
    Exclusion,
    FigureCell,
    FigureItemOutcome,
    FigureItemsAnswer,
    FigureItemsRequest,
    FigureItemView,
    FigureView,
    MeasureCode,
    ScopeKind,
    SubjectRef,
)
from reference.catalog import Reference
from reference.figures import FigureAnswer, figure, today
from services.tasks.science_tasks import queries
from services.tasks.science_tasks.domain import OpenTask

SINCE = {
    MeasureCode.TASK_COMMUNICATED: "communicated_on",
    MeasureCode.TASK_COMMUNICATED_ALL_GROUPS: "all_groups_on",
}
Counts = Sequence[tuple[frozenset[str], str | None, int, datetime | None]]


@dataclass(frozen=True, slots=True)
class Sums:
    """Tasks on one day, counted by the set of bodies they belong to."""

    eligible: Counts
    told: Mapping[MeasureCode, Counts]
    left_out: Counts


class TasksFigures:
    """Counts on read. A classified task is in no answer, whatever day is asked."""

    def __init__(self, database: Database, reference: Reference) -> None:
        self._database, self._reference = database, reference

    async def batch(self, viewer: Viewer, cells: Sequence[FigureCell]) -> list[FigureAnswer]:
        """An answer for each cell; each day is counted once, whatever scopes are asked."""
        left_out = await queries.sums(self._database, viewer, {"left_out": {"$gt": ""}}, "left_out")
        days: dict[date, Sums] = {}
        answers: list[FigureAnswer] = []
        for cell in cells:
            if cell.known_at is not None:
                answers.append(_not_known_then())
                continue
            day = cell.as_of or today()
            if day not in days:
                days[day] = await self._sums(viewer, day, left_out)
            answers.append(self._figure(cell, days[day]))
        return answers

    async def items(self, viewer: Viewer, request: FigureItemsRequest) -> FigureItemsAnswer:
        """The tasks behind a figure that the viewer may see one by one."""
        cell, day = request.cell, request.cell.as_of or today()
        bodies = self._bodies(cell)
        if cell.measure not in SINCE or bodies == frozenset():
            raise absent()
        if cell.known_at is not None:
            raise _not_known_then()
        tasks = await queries.eligible(self._database, viewer, self._reference, day)
        mine = [task for task in tasks if bodies is None or not bodies.isdisjoint(task.body_ids)]
        views = sorted((_item(task, cell.measure, day) for task in mine), key=lambda item: item.cursor)
        kept = [item for item in views if request.outcomes is None or item.outcome in request.outcomes]
        page = [item for item in kept if request.after is None or item.cursor > request.after]
        shown = page[: request.first]
        return FigureItemsAnswer(items=tuple(shown), has_next=len(page) > len(shown), total=len(kept))

    async def _sums(self, viewer: Viewer, day: date, left_out: Counts) -> Sums:
        eligible = dict(queries.until("eligible_on", day))
        told = {
            measure: await queries.sums(self._database, viewer, eligible | dict(queries.until(field, day)))
            for measure, field in SINCE.items()
        }
        return Sums(await queries.sums(self._database, viewer, eligible), told, left_out)

    def _figure(self, cell: FigureCell, sums: Sums) -> FigureView | None:
        measure, bodies = self._reference.measures.get(cell.measure), self._bodies(cell)
        if cell.measure not in SINCE or cell.scope.kind not in measure.scopes or bodies == frozenset():
            return None
        eligible = _of(sums.eligible, bodies)
        reasons: dict[str, int] = {}
        for _, reason, count, _ in _of(sums.left_out, bodies):
            reasons[reason or ""] = reasons.get(reason or "", 0) + count
        return figure(
            measure,
            cell,
            numerator=sum(row[2] for row in _of(sums.told[cell.measure], bodies)),
            denominator=sum(row[2] for row in eligible),
            newest_fact_at=max((row[3] for row in eligible if row[3]), default=None),
            excluded=[Exclusion(reason=reason, count=count) for reason, count in sorted(reasons.items())],
        )

    def _bodies(self, cell: FigureCell) -> frozenset[DatedId] | None:
        """The bodies of a scope: None for all, empty where it has no meaning."""
        bodies, scope = self._reference.bodies, cell.scope
        if scope.kind is ScopeKind.PROGRAM:
            return None
        body = bodies.of_province(scope.id or "") if scope.kind is ScopeKind.PROVINCE else bodies.body(scope.id or "")
        return bodies.covered_by(body.id) if body and scope.kind is not ScopeKind.COMMUNE else frozenset()


def _of(counts: Counts, bodies: frozenset[DatedId] | None) -> Counts:
    """The counts of tasks that belong to one of these bodies: a task of two bodies is once in each, once in all."""
    return counts if bodies is None else [row for row in counts if not bodies.isdisjoint(row[0])]


def _item(task: OpenTask, measure: MeasureCode, day: date) -> FigureItemView:
    since = task.communicated_on if measure is MeasureCode.TASK_COMMUNICATED else task.all_groups_on
    counts = since is not None and since <= day
    if counts:
        every = measure is MeasureCode.TASK_COMMUNICATED_ALL_GROUPS
        reason = "task_communicated_in_all_groups" if every else "task_communicated"
    elif task.communicated_on is not None and task.communicated_on <= day:
        reason = "channel_groups_missing"
    else:
        reason = "publication_pending" if task.pending_count else "not_communicated"
    return FigureItemView(
        subject=SubjectRef(type="Task", id=task.id),
        label=task.title,
        outcome=FigureItemOutcome.COUNTED if counts else FigureItemOutcome.NOT_COUNTED,
        reason=reason,
        numerator=int(counts),
        denominator=1,
        recorded_at=task.first_verified_at,
        cursor=task.id,
    )


def _not_known_then() -> Problem:
    """T2 keeps no answer of the past: a task classified since would show by the difference."""
    vi = "T2 không tra theo thời điểm đã biết (known_at)."
    en = "T2 cannot be asked for what was known at an earlier instant (known_at)."
    return Problem("known-at-unsupported", Kind.REFUSED, vi=vi, en=en)
