"""Parts that many nouns share: ids, languages, reasons, documents, ranges, steps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol

import strawberry
from graphql import GraphQLResolveInfo

from contracts.vocabulary import LocalizedText
from gateway.context import Info, Language
from gateway.schema.scalars import URL, IdempotencyKey
from reference import places
from reference.actions import MACHINE_ACTIONS
from reference.actions import Action as KnownAction


@strawberry.enum
class Locale(Enum):
    """The language of a text."""

    VI = "vi"
    EN = "en"


# The graph has the mutations among the actions; what machines and the command line do is not in it.
if TYPE_CHECKING:
    Action = KnownAction
else:
    Action = strawberry.enum(Enum("Action", {a.name: a.value for a in KnownAction if a not in MACHINE_ACTIONS}))


def language(locale: Locale | None) -> Language | None:
    """The language asked for; null leaves it to the request."""
    if locale is None:
        return None
    return "en" if locale is Locale.EN else "vi"


def say(info: Info, text: LocalizedText, locale: Locale | None) -> str:
    """A text in the language asked for."""
    return info.context.say(text, language(locale))


def actions(names: Iterable[str]) -> list[Action]:
    """What a service or the table of permissions allows, as values of the graph."""
    known = Action.__members__
    return [known[name] for name in names if name in known]


def is_row_of(*kinds: type) -> Callable[[object, GraphQLResolveInfo[object]], bool]:
    """The test by which an interface tells that a row is of a type."""

    def test(row: object, _info: GraphQLResolveInfo[object]) -> bool:
        return isinstance(row, kinds)

    return test


@strawberry.interface
class Node:
    """Anything with a global id."""

    id: strawberry.ID


class ChangedHere(Protocol):
    """A row of what people change: `may` names the actions that the viewer may take now."""

    @property
    def may(self) -> tuple[str, ...]: ...


@strawberry.type
class PageInfo:
    """One page of a list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A rule or finding by its code."""

    code: str


def _reason_text(reason: strawberry.Parent[ReasonRow], info: Info, locale: Locale | None = None) -> str:
    return say(info, info.context.reference.reasons.text(reason.code), locale)


@strawberry.type
class Reason:
    """A rule or finding in words."""

    code: str
    text: str = strawberry.field(resolver=_reason_text)


def _latitude(point: strawberry.Parent[places.Location]) -> float:
    return point.lat


def _longitude(point: strawberry.Parent[places.Location]) -> float:
    return point.lon


@strawberry.type
class GeoPoint:
    """A point on WGS 84."""

    latitude: float = strawberry.field(resolver=_latitude)
    longitude: float = strawberry.field(resolver=_longitude)


@strawberry.type
class Document:
    """A signed document."""

    document_id: str
    number: str
    signed_on: date
    url: URL | None


@strawberry.input
class DateRange:
    """Days; both ends count."""

    from_: date | None = strawberry.field(name="from", default=None)
    to: date | None = None


@strawberry.input
class DateTimeRange:
    """Instants; the first is included, the last is not."""

    from_: datetime | None = strawberry.field(name="from", default=None)
    to: datetime | None = None


@strawberry.interface
class UserError:
    """A change refused for a reason that the person can mend."""

    field: list[str] | None
    message: str


@strawberry.input
class TransitionInput:
    """A step that needs nothing but the object."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    note: str | None = None


@strawberry.input
class TransitionWithReasonInput:
    """A step that needs a reason."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    reason: str
