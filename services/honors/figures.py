"""The figure of T5: dossiers decided within the service level of their form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chassis.identity import Viewer
from chassis.mongo import Database
from chassis.problems import absent
from contracts.vocabulary import (
    DatedId,
    Exclusion,
    FigureCell,
    FigureItemOutcome,
    FigureItemsAnswer,
    FigureItemsRequest,
    FigureItemView,
    FigureView,
    LocalizedText,
    MeasureCode,
    ScopeKind,
    SubjectRef,
)
from reference.catalog import Reference
from reference.figures import FigureAnswer, figure, known_at_unsupported, today
from reference.resources import Resources
from services.honors.nominations import queries
from services.honors.nominations.domain import Nomination, S


@dataclass(frozen=True, slots=True)
class Judged:
    """A dossier on one day: to which body it belongs, what it does to the figure, and why."""

    nomination: Nomination
    body_id: DatedId
    outcome: FigureItemOutcome
    reason: str


def judged(nomination: Nomination, day: date) -> Judged | None:
    """What a dossier does to the figure of the 12 months that end with `day`; None when it is no matter of them."""
    first = _year_before(day)
    ended = nomination.ended_on is not None and nomination.ended_on <= day
    decided = nomination.decided_on is not None and nomination.decided_on <= day
    if ended:
        inside = first <= (nomination.ended_on or day)
        return _judged(nomination, FigureItemOutcome.EXCLUDED, _exit(nomination)) if inside else None
    if decided:
        if (nomination.decided_on or day) < first:
            return None
        if nomination.is_decided_on_time():
            return _judged(nomination, FigureItemOutcome.COUNTED, "decided_on_time")
        return _judged(nomination, FigureItemOutcome.NOT_COUNTED, "decided_late")
    ran_out_on = nomination.due_on(day) + timedelta(days=1)
    if first <= ran_out_on <= day and not nomination.is_returned_on(day):
        return _judged(nomination, FigureItemOutcome.NOT_COUNTED, "undecided_overdue")
    return None


class HonorsFigures:
    """Counts on read. Good models are not kept yet: their measure answers null."""

    def __init__(self, resources: Resources) -> None:
        self._resources, self._database, self._reference = resources, resources.database, resources.reference

    async def batch(self, viewer: Viewer, cells: Sequence[FigureCell]) -> list[FigureAnswer]:
        """An answer for each cell; dossiers are read once, each day is judged once, whatever scopes are asked."""
        asked = [cell.as_of or today() for cell in cells if _is_counted(cell)]
        dossiers = await _dossiers(self._database, viewer, min(asked)) if asked else []
        days: dict[date, list[Judged]] = {}
        answers: list[FigureAnswer] = []
        for cell in cells:
            if cell.measure is not MeasureCode.HONOR_DECIDED_ON_TIME:
                answers.append(None)
                continue
            if cell.known_at is not None:
                answers.append(known_at_unsupported())
                continue
            day = cell.as_of or today()
            if day not in days:
                days[day] = _judge(dossiers, day)
            answers.append(self._figure(cell, days[day]))
        return answers

    async def items(self, viewer: Viewer, request: FigureItemsRequest) -> FigureItemsAnswer:
        """The dossiers behind a figure that the viewer may see."""
        cell, bodies = request.cell, _bodies(self._reference, request.cell)
        if cell.measure is not MeasureCode.HONOR_DECIDED_ON_TIME or bodies == frozenset():
            raise absent()
        if cell.known_at is not None:
            raise known_at_unsupported()
        day = cell.as_of or today()
        rows = _judge(await _dossiers(self._database, viewer, day), day)
        mine = [row for row in rows if bodies is None or row.body_id in bodies]
        seen = await queries.visible(self._resources, viewer, [row.nomination.id for row in mine])
        views = sorted((_item(row) for row in mine if row.nomination.id in seen), key=lambda item: item.cursor)
        kept = [item for item in views if request.outcomes is None or item.outcome in request.outcomes]
        page = [item for item in kept if request.after is None or item.cursor > request.after]
        shown = page[: request.first]
        return FigureItemsAnswer(items=tuple(shown), has_next=len(page) > len(shown), total=len(kept))

    def _figure(self, cell: FigureCell, rows: Sequence[Judged]) -> FigureView | None:
        measure, bodies = self._reference.measures.get(cell.measure), _bodies(self._reference, cell)
        if cell.scope.kind not in measure.scopes or bodies == frozenset():
            return None
        mine = [row for row in rows if bodies is None or row.body_id in bodies]
        reasons: dict[str, int] = {}
        for row in mine:
            if row.outcome is FigureItemOutcome.EXCLUDED:
                reasons[row.reason] = reasons.get(row.reason, 0) + 1
        return figure(
            measure,
            cell,
            numerator=sum(row.outcome is FigureItemOutcome.COUNTED for row in mine),
            denominator=sum(row.outcome is not FigureItemOutcome.EXCLUDED for row in mine),
            newest_fact_at=max((row.nomination.updated_at for row in mine), default=None),
            excluded=[Exclusion(reason=reason, count=count) for reason, count in sorted(reasons.items())],
        )


def _is_counted(cell: FigureCell) -> bool:
    return cell.measure is MeasureCode.HONOR_DECIDED_ON_TIME and cell.known_at is None


async def _dossiers(database: Database, viewer: Viewer, day: date) -> list[Nomination]:
    """All that may count on this day or a later one."""
    found = await queries.that_may_count(database, viewer, _year_before(day))
    return list({nomination.id: nomination for nomination in found}.values())


def _judge(dossiers: Sequence[Nomination], day: date) -> list[Judged]:
    return [row for nomination in dossiers if (row := judged(nomination, day)) is not None]


def _judged(nomination: Nomination, outcome: FigureItemOutcome, reason: str) -> Judged:
    """A decided dossier belongs to the body that decided, an undecided one to the body that holds it."""
    return Judged(nomination, nomination.decided_by_id or nomination.held_by_id, outcome, reason)


def _exit(nomination: Nomination) -> str:
    if nomination.merged_into_id:
        return "merged"
    exits = {S.REJECTED: "rejected", S.WITHDRAWN: "withdrawn"}
    return exits.get(nomination.state, "revoked")


def _bodies(reference: Reference, cell: FigureCell) -> frozenset[DatedId] | None:
    bodies, scope = reference.bodies, cell.scope
    if scope.kind is ScopeKind.PROGRAM:
        return None
    body = bodies.of_province(scope.id or "") if scope.kind is ScopeKind.PROVINCE else bodies.body(scope.id or "")
    return bodies.covered_by(body.id) if body and scope.kind is not ScopeKind.COMMUNE else frozenset()


def _item(row: Judged) -> FigureItemView:
    recipient, title = row.nomination.recipient.name, row.nomination.achievement.title
    return FigureItemView(
        subject=SubjectRef(type="Nomination", id=row.nomination.id),
        label=LocalizedText(vi=f"{recipient}: {title.vi}", en=f"{recipient}: {title.en or title.vi}"),
        outcome=row.outcome,
        reason=row.reason,
        numerator=int(row.outcome is FigureItemOutcome.COUNTED),
        denominator=int(row.outcome is not FigureItemOutcome.EXCLUDED),
        recorded_at=row.nomination.updated_at,
        cursor=row.nomination.id,
    )


def _year_before(day: date) -> date:
    """The first day of the 12 months that end with `day`."""
    last_year = day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 2, 28)
    return last_year + timedelta(days=1)
