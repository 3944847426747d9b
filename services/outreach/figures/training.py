"""The figures of T4: full-time staff trained in both topics, and in one."""

from collections.abc import Sequence
from datetime import datetime

from chassis.identity import Viewer
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
    ScopeRef,
)
from reference.actions import Sight
from reference.catalog import Reference
from reference.figures import figure, today
from services.outreach.training.domain import Counted, Person, Topic
from services.outreach.training.queries import TrainingQueries

MEASURES = (MeasureCode.STAFF_TRAINED, MeasureCode.STAFF_HALF_TRAINED)


class TrainingFigures:
    """Computes T4 from the registers of staff and completions."""

    def __init__(self, training: TrainingQueries, reference: Reference) -> None:
        self._training, self._reference = training, reference

    async def batch(self, viewer: Viewer, cells: Sequence[FigureCell]) -> list[FigureView | None]:
        """A figure for each cell; None where T4 has no meaning in the scope (a commune, an unknown body)."""
        await self._training.refresh(viewer)
        return [await self._figure(viewer, cell) for cell in cells]

    async def items(self, viewer: Viewer, request: FigureItemsRequest) -> FigureItemsAnswer:
        """The people of the scope by their key, as far as the viewer may see labels of staff; never a name."""
        cell = request.cell
        day = cell.as_of or today()
        bodies = self._bodies(cell.scope)
        if bodies is not None and not bodies:
            raise absent()
        sight = self._reference.permissions.sight_of(viewer, Sight.STAFF_LABELS, on=today())
        seen = [
            _item(person, cell.measure)
            for person in await self._training.people(viewer, day, known_at=cell.known_at)
            if (bodies is None or person.body_id in bodies) and sight.reaches(owners=[person.body_id])
        ]
        kept = [item for item in seen if request.outcomes is None or item.outcome in request.outcomes]
        page = [item for item in kept if request.after is None or item.cursor > request.after]
        shown = page[: request.first]
        return FigureItemsAnswer(items=tuple(shown), has_next=len(page) > len(shown), total=len(kept))

    async def _figure(self, viewer: Viewer, cell: FigureCell) -> FigureView | None:
        measure = self._reference.measures.get(cell.measure)
        bodies = self._bodies(cell.scope)
        if cell.scope.kind not in measure.scopes or (bodies is not None and not bodies):
            return None
        counted = await self._counted(viewer, cell, bodies)
        excluded = {"part_time": counted.part_time, "unverified_head_count": counted.unverified}
        return figure(
            measure,
            cell,
            numerator=counted.in_both if cell.measure is MeasureCode.STAFF_TRAINED else counted.in_one,
            denominator=counted.full_time,
            newest_fact_at=self._newest(cell),
            excluded=[Exclusion(reason=reason, count=count) for reason, count in excluded.items() if count],
        )

    async def _counted(self, viewer: Viewer, cell: FigureCell, bodies: frozenset[DatedId] | None) -> Counted:
        day = cell.as_of or today()
        if cell.known_at is None:
            return self._training.sum_of(bodies, day)
        return await self._training.sum_known_at(viewer, bodies, day, known_at=cell.known_at)

    def _newest(self, cell: FigureCell) -> datetime | None:
        newest = self._training.newest()
        return min(newest, cell.known_at) if newest and cell.known_at else newest

    def _bodies(self, scope: ScopeRef) -> frozenset[DatedId] | None:
        """The bodies of a scope, with what is below them: None for all, empty where it has no meaning."""
        if scope.kind is ScopeKind.PROGRAM:
            return None
        if scope.kind is ScopeKind.PROVINCE:
            committee = self._reference.bodies.of_province(scope.id or "")
            return self._reference.bodies.covered_by(committee.id) if committee else frozenset()
        return self._reference.bodies.covered_by(scope.id or "") if scope.kind is ScopeKind.BODY else frozenset()


def _item(person: Person, measure: MeasureCode) -> FigureItemView:
    wanted = len(Topic) if measure is MeasureCode.STAFF_TRAINED else 1
    counts = person.is_full_time and len(person.topics) == wanted
    if not person.is_full_time:
        outcome = FigureItemOutcome.EXCLUDED
    else:
        outcome = FigureItemOutcome.COUNTED if counts else FigureItemOutcome.NOT_COUNTED
    label = LocalizedText(vi=f"Cán bộ {person.staff_key}", en=f"Staff member {person.staff_key}")
    return FigureItemView(
        subject=None,
        label=label,
        outcome=outcome,
        reason=person.reason,
        numerator=int(counts),
        denominator=int(person.is_full_time),
        cursor=person.staff_key,
    )
