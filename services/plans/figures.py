"""The figures of T1: plans promulgated, on time and now, carried out, and how the activities of plans go."""

from collections.abc import Sequence
from datetime import date

from chassis.identity import Viewer
from chassis.mongo import Database
from chassis.problems import absent
from contracts.vocabulary import (
    DatedId,
    Exclusion,
    FigureCell,
    FigureItemsAnswer,
    FigureItemsRequest,
    FigureView,
    MeasureCode,
    ScopeKind,
)
from reference.calendars import vietnam_day
from reference.catalog import Reference
from reference.figures import figure, today
from reference.measures import Measure
from services.plans import figure_items
from services.plans.activities import queries as activities
from services.plans.body_plans import queries as plans
from services.plans.figure_items import Facts, Item, Moment

OF_PLANS = frozenset({MeasureCode.PLAN_PROMULGATED, MeasureCode.PLAN_PROMULGATED_ON_TIME})
OF_ACTIVITIES = frozenset({MeasureCode.PLAN_CARRIED_OUT, MeasureCode.ACTIVITY_DONE_ON_TIME, MeasureCode.ACTIVITY_JOINT})
Asked = tuple[MeasureCode, Moment]


class PlansFigures:
    """Counts on read, from one query for all plans and one for all activities. Reports are not kept yet: null."""

    def __init__(self, database: Database, reference: Reference) -> None:
        self._database, self._reference = database, reference

    async def batch(self, viewer: Viewer, cells: Sequence[FigureCell]) -> list[FigureView | None]:
        """A figure for each cell; null for reports, and where the measure has no meaning in the scope."""
        facts = await self._facts(viewer, cells)
        counted: dict[Asked, list[Item] | None] = {}
        for cell in cells:
            if _asked(cell) not in counted:
                counted[_asked(cell)] = self._items(facts, *_asked(cell))
        return [self._figure(cell, counted[_asked(cell)]) for cell in cells]

    async def items(self, viewer: Viewer, request: FigureItemsRequest) -> FigureItemsAnswer:
        """The bodies or activities behind a figure, each with its reason. Raises `not-found` where there is none."""
        cell, bodies = request.cell, self._bodies(request.cell)
        found = self._items(await self._facts(viewer, [cell]), *_asked(cell))
        if found is None or bodies == frozenset():
            raise absent()
        views = [item.view() for item in found if bodies is None or item.body_id in bodies]
        kept = sorted(
            (view for view in views if request.outcomes is None or view.outcome in request.outcomes),
            key=lambda view: view.cursor,
        )
        page = [view for view in kept if request.after is None or view.cursor > request.after]
        shown = page[: request.first]
        return FigureItemsAnswer(items=tuple(shown), has_next=len(page) > len(shown), total=len(kept))

    async def _facts(self, viewer: Viewer, cells: Sequence[FigureCell]) -> Facts:
        """All that the cells speak of, up to the latest of their days."""
        read_plans, read_activities = _latest(cells, OF_PLANS), _latest(cells, OF_ACTIVITIES)
        return Facts(
            await plans.promulgated_by(self._database, viewer, read_plans) if read_plans else {},
            await activities.facts_by(self._database, viewer, read_activities) if read_activities else (),
        )

    def _items(self, facts: Facts, measure: MeasureCode, at: Moment) -> list[Item] | None:
        bodies, rule = self._reference.bodies.obligated_on(at.day), self._reference.measures.get(measure)
        match measure:
            case MeasureCode.PLAN_PROMULGATED:
                return figure_items.in_force(facts, bodies, at)
            case MeasureCode.PLAN_PROMULGATED_ON_TIME:
                return figure_items.on_time(facts, bodies, at, due=rule.due)
            case MeasureCode.PLAN_CARRIED_OUT:
                return figure_items.carried_out(facts, bodies, at, window_months=rule.parameters["window_months"])
            case MeasureCode.ACTIVITY_DONE_ON_TIME:
                return figure_items.done_on_time(facts, at)
            case MeasureCode.ACTIVITY_JOINT:
                return figure_items.joint(facts, at)
            case _:
                return None

    def _figure(self, cell: FigureCell, items: list[Item] | None) -> FigureView | None:
        measure, bodies = self._reference.measures.get(cell.measure), self._bodies(cell)
        if items is None or cell.scope.kind not in measure.scopes or bodies == frozenset():
            return None
        mine = [item for item in items if bodies is None or item.body_id in bodies]
        newest = max((item.occurred_at for item in mine if item.occurred_at), default=None)
        moved = sum(item.is_moved for item in mine) if cell.measure is MeasureCode.ACTIVITY_DONE_ON_TIME else 0
        newest_day = vietnam_day(newest) if newest else None
        return figure(
            measure,
            cell,
            numerator=sum(item.counts for item in mine),
            denominator=len(mine),
            newest_fact_at=newest,
            is_stale=bool(mine) and _is_stale(measure, newest_day, cell.as_of or today()),
            excluded=[Exclusion(reason="moved", count=moved)] if moved else [],
        )

    def _bodies(self, cell: FigureCell) -> frozenset[DatedId] | None:
        """The bodies of a scope: None for all, empty where it has no meaning."""
        bodies, scope = self._reference.bodies, cell.scope
        if scope.kind is ScopeKind.PROGRAM:
            return None
        body = bodies.of_province(scope.id or "") if scope.kind is ScopeKind.PROVINCE else bodies.body(scope.id or "")
        return bodies.covered_by(body.id) if body and scope.kind is not ScopeKind.COMMUNE else frozenset()


def _asked(cell: FigureCell) -> Asked:
    return cell.measure, Moment(cell.as_of or today(), cell.known_at)


def _latest(cells: Sequence[FigureCell], measures: frozenset[MeasureCode]) -> date | None:
    return max((cell.as_of or today() for cell in cells if cell.measure in measures), default=None)


def _is_stale(measure: Measure, newest: date | None, day: date) -> bool:
    return measure.stale_after is not None and (newest is None or (day - newest).days > measure.stale_after)
