"""The open row of an event: what its messages carry."""

from contracts.outreach.outreach_events import EventRow
from services.outreach.outreach_events.domain import OutreachEvent


def open_row(event: OutreachEvent) -> dict[str, object]:
    """The fields of `EventRow`, by name."""
    return {name: getattr(event, name) for name in EventRow.model_fields}
