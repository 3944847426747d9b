"""The figures of T1: plans promulgated, on time and now, carried out, and activities done on time."""

from collections.abc import Sequence
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
    LocalizedText,
    MeasureCode,
    ScopeKind,
    SubjectRef,
)
from reference.catalog import Reference
from reference.figures import figure, today
from services.plans.activities import queries as activities
from services.plans.body_plans import queries as plans
from services.plans.body_plans.domain import counting_plan, first_signed_on


@dataclass(frozen=True, slots=True)
class Item:
    """One unit behind a figure: whose it is, what it adds, and why."""

    id: str
    type: str
    label: LocalizedText
    body_id: DatedId
    counts: bool
    reason: str
    recorded_at: datetime | None
    is_moved: bool = False


class PlansFigures:
    """Counts on read: 56 bodies and their activities. Reports and joint proposals are not kept yet: null."""

    def __init__(self, database: Database, reference: Reference) -> None:
        self._database, self._reference = database, reference

    async def batch(self, viewer: Viewer, cells: Sequence[FigureCell]) -> list[FigureView | None]:
        """A figure for each cell; what several cells share is read once."""
        read: dict[tuple[MeasureCode, date, datetime | None], list[Item] | None] = {}
        answers: list[FigureView | None] = []
        for cell in cells:
            key = (cell.measure, cell.as_of or today(), cell.known_at)
            if key not in read:
                read[key] = await self._items(viewer, *key)
            answers.append(self._figure(cell, read[key]))
        return answers

    async def items(self, viewer: Viewer, request: FigureItemsRequest) -> FigureItemsAnswer:
        """The bodies or activities behind a figure, each with its reason."""
        cell = request.cell
        found = await self._items(viewer, cell.measure, cell.as_of or today(), cell.known_at)
        bodies = self._bodies(cell)
        if found is None or bodies == frozenset():
            raise absent()
        views = [_view(item) for item in found if bodies is None or item.body_id in bodies]
        kept = sorted(
            (view for view in views if request.outcomes is None or view.outcome in request.outcomes),
            key=lambda view: view.cursor,
        )
        page = [view for view in kept if request.after is None or view.cursor > request.after]
        shown = page[: request.first]
        return FigureItemsAnswer(items=tuple(shown), has_next=len(page) > len(shown), total=len(kept))

    def _figure(self, cell: FigureCell, items: list[Item] | None) -> FigureView | None:
        measure, bodies = self._reference.measures.get(cell.measure), self._bodies(cell)
        if items is None or cell.scope.kind not in measure.scopes or bodies == frozenset():
            return None
        mine = [item for item in items if bodies is None or item.body_id in bodies]
        moved = sum(item.is_moved for item in mine)
        newest = max((item.recorded_at for item in mine if item.recorded_at), default=None)
        day = cell.as_of or today()
        stale = measure.stale_after is not None and (newest is None or (day - newest.date()).days > measure.stale_after)
        return figure(
            measure,
            cell,
            numerator=sum(item.counts for item in mine),
            denominator=len(mine),
            newest_fact_at=newest,
            is_stale=stale and bool(mine),
            excluded=[Exclusion(reason="moved", count=moved)] if moved else [],
        )

    def _bodies(self, cell: FigureCell) -> frozenset[DatedId] | None:
        """The bodies of a scope: None for all, empty where it has no meaning."""
        bodies, scope = self._reference.bodies, cell.scope
        if scope.kind is ScopeKind.PROGRAM:
            return None
        body = bodies.of_province(scope.id or "") if scope.kind is ScopeKind.PROVINCE else bodies.body(scope.id or "")
        return bodies.covered_by(body.id) if body and scope.kind is not ScopeKind.COMMUNE else frozenset()

    async def _items(
        self, viewer: Viewer, measure: MeasureCode, day: date, known_at: datetime | None
    ) -> list[Item] | None:
        if measure in (MeasureCode.PLAN_PROMULGATED, MeasureCode.PLAN_PROMULGATED_ON_TIME):
            return await self._promulgated(viewer, measure, day, known_at)
        if measure is MeasureCode.PLAN_CARRIED_OUT:
            return await self._carried_out(viewer, day, known_at)
        if measure is MeasureCode.ACTIVITY_DONE_ON_TIME:
            return await self._on_time(viewer, day, known_at)
        return None

    async def _promulgated(
        self, viewer: Viewer, measure: MeasureCode, day: date, known_at: datetime | None
    ) -> list[Item]:
        by_body = await plans.promulgated_by(self._database, viewer, day)
        due, items = self._reference.measures.get(measure).due, []
        for body in self._reference.bodies.obligated_on(day):
            own = by_body.get(body.id, {})
            plan = counting_plan(own, day, known_at=known_at)
            signed = first_signed_on(plan, own) if plan else None
            if plan is None or signed is None:
                items.append(
                    Item(body.id, "Body", body.name, body.id, counts=False, reason="no_plan", recorded_at=None)
                )
                continue
            in_time = measure is MeasureCode.PLAN_PROMULGATED or signed <= due
            reason = "plan_adopted" if plan.adopted_from_id else "plan_in_force"
            if measure is MeasureCode.PLAN_PROMULGATED_ON_TIME:
                reason = "plan_signed_on_time" if in_time else "plan_signed_late"
            items.append(
                Item(
                    body.id,
                    "Body",
                    body.name,
                    body.id,
                    counts=in_time,
                    reason=reason,
                    recorded_at=plan.promulgated_at,
                )
            )
        return items

    async def _carried_out(self, viewer: Viewer, day: date, known_at: datetime | None) -> list[Item]:
        first = _year_before(day)
        done = await activities.bodies_with_work_done(self._database, viewer, first, day)
        items = []
        for body in self._reference.bodies.obligated_on(day):
            at = done[body.id][1] if body.id in done else None
            counts = at is not None and (known_at is None or at <= known_at)
            reason = "activity_done_with_evidence" if counts else "no_activity_done"
            items.append(Item(body.id, "Body", body.name, body.id, counts=counts, reason=reason, recorded_at=at))
        return items

    async def _on_time(self, viewer: Viewer, day: date, known_at: datetime | None) -> list[Item]:
        if known_at is not None:
            raise not_known_then()
        items = []
        for row in await activities.due_by(self._database, viewer, day):
            if row.canceled_on is not None and row.canceled_on <= day:
                continue
            done = row.done_on is not None and row.done_on <= day
            reason = ("done_late" if row.is_late else "done_on_time") if done else "overdue"
            items.append(
                Item(
                    row.id,
                    "Activity",
                    row.title,
                    row.lead_body_id,
                    counts=done and not row.is_late,
                    reason=reason,
                    recorded_at=row.updated_at,
                    is_moved=row.is_moved,
                )
            )
        return items


def not_known_then() -> Problem:
    """Refused rather than answered with what is known now: an activity keeps its present days alone."""
    vi = "Chưa tra được số liệu theo thời điểm đã biết (known_at) cho chỉ tiêu này."
    en = "What was known at an earlier instant (known_at) cannot be asked of this measure yet."
    return Problem("known-at-unsupported", Kind.REFUSED, vi=vi, en=en)


def _year_before(day: date) -> date:
    """The first day of the 12 months that end with `day`."""
    last_year = day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 2, 28)
    return date.fromordinal(last_year.toordinal() + 1)


def _view(item: Item) -> FigureItemView:
    return FigureItemView(
        subject=SubjectRef(type=item.type, id=item.id),
        label=item.label,
        outcome=FigureItemOutcome.COUNTED if item.counts else FigureItemOutcome.NOT_COUNTED,
        reason=item.reason,
        numerator=int(item.counts),
        denominator=1,
        recorded_at=item.recorded_at,
        cursor=item.id,
    )
