"""Forms of honor, recipients and achievements: what dossiers and honors share."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from contracts.honors import nominations as contract
from contracts.honors.nominations import AchievementCategory, RecipientKind
from gateway.context import Info
from gateway.schema.evidence import Evidence
from gateway.schema.shared import Locale, say
from reference import honor_forms

if TYPE_CHECKING:
    from gateway.schema.places.bodies import Body
    from gateway.schema.places.provinces import Province

strawberry.enum(AchievementCategory)
strawberry.enum(RecipientKind)
LazyBody = Annotated["Body", strawberry.lazy("gateway.schema.places.bodies")]
LazyProvince = Annotated["Province", strawberry.lazy("gateway.schema.places.provinces")]


def _name(row: strawberry.Parent[honor_forms.HonorForm], info: Info, locale: Locale | None = None) -> str:
    return say(info, row.name, locale)


def _decided_by(row: strawberry.Parent[honor_forms.HonorForm], info: Info, locale: Locale | None = None) -> str:
    return say(info, row.decided_by, locale)


@strawberry.type
class HonorForm:
    """A form of honor. Data, not code."""

    code: str
    name: str = strawberry.field(resolver=_name)
    decided_by: str = strawberry.field(resolver=_decided_by)
    service_level_days: int
    valid_from: date
    valid_to: date | None


def _province(row: strawberry.Parent[contract.Recipient], info: Info) -> Any:
    return info.context.reference.places.province(row.province_id) if row.province_id else None


def _body(row: strawberry.Parent[contract.Recipient], info: Info) -> Any:
    return info.context.reference.bodies.body(row.body_id) if row.body_id else None


@strawberry.type
class Recipient:
    """Who is honored. Of a person no more than name, title and work unit."""

    kind: RecipientKind
    name: str
    title: str | None
    work_unit: str | None
    province: LazyProvince | None = strawberry.field(resolver=_province)
    body: LazyBody | None = strawberry.field(resolver=_body)


def _title(row: strawberry.Parent[contract.Achievement], info: Info, locale: Locale | None = None) -> str:
    return say(info, row.title, locale)


def _description(row: strawberry.Parent[contract.Achievement], info: Info, locale: Locale | None = None) -> str:
    return say(info, row.description, locale)


@strawberry.type
class Achievement:
    """What an honor is given for."""

    category: AchievementCategory
    title: str = strawberry.field(resolver=_title)
    description: str = strawberry.field(resolver=_description)
    achieved_on: date
    evidence: list[Evidence]


def all_honor_forms(info: Info) -> list[HonorForm]:
    """The forms of today, highest first."""
    rows: Any = info.context.reference.honor_forms.on(info.context.today)
    return list(rows)
