"""Which outreach: the filter of lists and of the live feed."""

from enum import Enum
from typing import Any

import strawberry

from contracts.outreach.outreach_events import Entry, EventFilter, EventRow, EventState, OutreachEventView
from contracts.vocabulary import OutreachChannel
from gateway.errors import bad_input
from gateway.schema.ids import key_of, keys_of
from gateway.schema.shared import DateTimeRange

strawberry.enum(OutreachChannel)
strawberry.enum(EventState, name="OutreachEventState")
strawberry.enum(Entry, name="OutreachEntry")


@strawberry.input
class OutreachEventFilter:
    """All conditions hold; any value of a list matches; an absent field is no condition."""

    province_ids: list[strawberry.ID] | None = None
    commune_ids: list[strawberry.ID] | None = None
    channels: list[OutreachChannel] | None = None
    theme_codes: list[str] | None = None
    language_codes: list[str] | None = None
    occurred_at: DateTimeRange | None = None
    states: list[EventState] | None = None
    is_counted: bool | None = None
    entries: list[Entry] | None = None
    text: str | None = None


def event_filter(given: OutreachEventFilter | None) -> EventFilter:
    """The filter as the service takes it. Raises BAD_USER_INPUT."""
    wanted = given or OutreachEventFilter()
    if wanted.text is not None and not 2 <= len(wanted.text) <= 100:
        raise bad_input("`text` dài từ 2 đến 100 ký tự.", "`text` has 2 to 100 characters.")
    during = wanted.occurred_at or DateTimeRange()
    optional: dict[str, Any] = {} if wanted.states is None else {"states": tuple(wanted.states)}
    return EventFilter(
        province_ids=keys_of(wanted.province_ids, "Province"),
        commune_ids=keys_of(wanted.commune_ids, "Commune"),
        channels=_values(wanted.channels),
        themes=_values(wanted.theme_codes),
        languages=_values(wanted.language_codes),
        occurred_from=during.from_,
        occurred_to=during.to,
        is_counted=wanted.is_counted,
        entries=_values(wanted.entries),
        text=wanted.text,
        **optional,
    )


def within(wanted: EventFilter, *, province: str | None = None, commune: str | None = None) -> EventFilter:
    """The filter, narrowed to one province or commune; what contradicts it matches nothing."""
    if province is not None:
        keep = wanted.province_ids is None or province in wanted.province_ids
        return wanted.model_copy(update={"province_ids": (province,) if keep else ()})
    if commune is not None:
        keep = wanted.commune_ids is None or commune in wanted.commune_ids
        return wanted.model_copy(update={"commune_ids": (commune,) if keep else ()})
    return wanted


def matches(wanted: EventFilter, row: EventRow | OutreachEventView) -> bool:
    """Whether a row of the live feed fits: by what a message can answer."""
    return (
        _one(wanted.province_ids, row.province_id)
        and _any(wanted.commune_ids, row.commune_ids)
        and _one(wanted.channels, row.channel)
        and _any(wanted.themes, row.themes)
        and _one(wanted.languages, row.language)
        and _one(wanted.entries, row.entry)
        and wanted.is_counted in (None, row.is_counted)
    )


def _one(allowed: tuple[Any, ...] | None, value: object) -> bool:
    return allowed is None or value in allowed


def _any(allowed: tuple[Any, ...] | None, values: tuple[Any, ...]) -> bool:
    return allowed is None or not set(allowed).isdisjoint(values)


def _values(given: list[Any] | None) -> tuple[Any, ...] | None:
    return None if given is None else tuple(value.value if isinstance(value, Enum) else value for value in given)


def province_is_named(given: OutreachEventFilter) -> bool:
    """Whether the filter names at least one province."""
    return any(key_of(node_id, "Province") for node_id in given.province_ids or ())
