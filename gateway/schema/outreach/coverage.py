"""Coverage of communes: which people the grassroots channels reach with program information."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.outreach.coverage import CommuneCoverageView, CoverageQuestion, CoverageStatus
from contracts.vocabulary import OutreachChannel
from gateway.context import Context, Info
from gateway.schema.places.populations import Population, PopulationRow
from reference import places
from reference.measures import share

if TYPE_CHECKING:
    from gateway.schema.places.communes import Commune

strawberry.enum(CoverageStatus)
LazyCommune = Annotated["Commune", strawberry.lazy("gateway.schema.places.communes")]
Row = strawberry.Parent[CommuneCoverageView]


def _commune(row: Row, info: Info) -> Any:
    return info.context.reference.places.commune(row.commune_id)


def _population(row: Row, info: Info) -> Any:
    series = info.context.services.populations.series(row.series) if row.series else None
    return None if series is None or row.people is None else PopulationRow(row.people, series)


def _share(row: Row) -> float | None:
    return None if row.lower is None else share(row.lower, row.people or 0, goal=None)


@strawberry.type
class CommuneCoverage:
    """A commune on one day."""

    commune: LazyCommune = strawberry.field(resolver=_commune)
    as_of: date
    status: CoverageStatus
    population: Population | None = strawberry.field(resolver=_population)
    people_covered: int | None = strawberry.field(resolver=lambda root: root.lower)
    people_covered_upper: int | None = strawberry.field(resolver=lambda root: root.upper)
    share: float | None = strawberry.field(resolver=_share)
    is_capped: bool
    active_channels: list[OutreachChannel]
    last_active_at: datetime | None


async def coverage_of_communes(
    rows: list[places.Commune], context: Context, *, as_of: date | None = None
) -> Sequence[Any]:
    """The coverage of each commune, all in one question."""
    question = CoverageQuestion(commune_ids=tuple(row.id for row in rows), as_of=as_of)
    found = {view.commune_id: view for view in await context.outreach.coverage.one(question)}
    return [found.get(row.id) for row in rows]


async def coverage_maps(
    rows: list[places.Province],
    context: Context,
    *,
    as_of: date | None = None,
    statuses: list[CoverageStatus] | None = None,
) -> Sequence[Any]:
    """All communes of each province, one question for each."""
    questions = [CoverageQuestion(province_id=row.id, as_of=as_of) for row in rows]
    lists = await context.outreach.coverage.settled(questions)
    return [_fitting(views, statuses) for views in lists]


def _fitting(views: Any, statuses: list[CoverageStatus] | None) -> Any:
    if isinstance(views, BaseException) or statuses is None:
        return views
    return [view for view in views if view.status in statuses]
