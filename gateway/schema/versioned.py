"""What people change here, one version at a time, and the history of those changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import strawberry

from contracts.changes import ChangeView, HistoryRequest
from contracts.honors.honors import HonorView
from contracts.honors.nominations import NominationView
from contracts.outreach.outreach_events import EventState, OutreachEventView
from contracts.plans.activities import ActivityView
from contracts.plans.plans import PlanView
from contracts.tasks.publications import PublicationView
from contracts.tasks.tasks import TaskView
from contracts.vocabulary import LocalizedText
from contracts.vocabulary import Role as KnownRole
from gateway.context import Context, Info
from gateway.execution.batching import relation
from gateway.execution.rows import rows_of
from gateway.schema.connections import Connection, PageRow, page_in_memory
from gateway.schema.lists import read_pages
from gateway.schema.shared import Action, ChangedHere, Locale, Node, actions, say
from gateway.schema.viewers import Role

# Which service keeps the history of each kind of row.
KEEPERS: dict[type, str] = {
    rows_of(PlanView): "plans",
    rows_of(ActivityView): "plans",
    rows_of(TaskView): "tasks",
    rows_of(PublicationView): "tasks",
    rows_of(NominationView): "honors",
    rows_of(HonorView): "honors",
}


@dataclass(frozen=True, slots=True)
class ActorRow:
    """Who did something: a role of people, or a system (None)."""

    role: str | None


def actor_of(subject: str, role: str | None = None) -> ActorRow:
    """The actor of a subject."""
    return ActorRow(None if subject.startswith(("system:", "emitter:")) else role)


def _label(actor: strawberry.Parent[ActorRow], info: Info, locale: Locale | None = None) -> str:
    return say(info, info.context.reference.reasons.text(f"role_{actor.role or 'system'}"), locale)


def _role(actor: strawberry.Parent[ActorRow]) -> Role | None:
    known = {role.value: role for role in Role}
    return known.get(KnownRole(actor.role).value) if actor.role in set(KnownRole) else None


@strawberry.type
class Actor:
    """Who did something, as far as the viewer may know: a role, or a system."""

    label: str = strawberry.field(resolver=_label)
    role: Role | None = strawberry.field(resolver=_role)


def _actor(change: strawberry.Parent[ChangeView]) -> Any:
    return actor_of(change.actor, change.role)


def _note(change: strawberry.Parent[ChangeView], info: Info, locale: Locale | None = None) -> str | None:
    return say(info, change.note, locale) if change.note else None


@strawberry.type
class Change:
    """One entry in the history of an object."""

    version: int
    action: str
    actor: Actor = strawberry.field(resolver=_actor)
    occurred_at: datetime
    recorded_at: datetime
    note: str | None = strawberry.field(resolver=_note)


async def _histories(rows: list[Any], context: Context, *, first: int | None = 20, after: str | None = None) -> Any:
    """A page of the history of each row: one call for all that a service keeps, whatever their kind."""
    pages: dict[str, Any] = {}
    for keeper in sorted({found for row in rows if (found := KEEPERS.get(type(row)))}):
        ids = [row.id for row in rows if KEEPERS.get(type(row)) == keeper]
        loader, requests = getattr(context, keeper).histories.pages, [HistoryRequest(id=key) for key in ids]
        found_pages = await read_pages(context, loader, requests, name="history", first=first, after=after)
        pages |= zip(ids, found_pages, strict=True)
    return [
        pages[row.id] if type(row) in KEEPERS else _own_history(context, row, first=first, after=after) for row in rows
    ]


def _own_history(context: Context, event: OutreachEventView, *, first: int | None, after: str | None) -> PageRow:
    """The two versions that an outreach event can have: recorded, then corrected or retracted."""
    changes = [_change(event, 1, "RECORD_OUTREACH_EVENT", event.recorded_at)]
    if event.state is not EventState.CURRENT:
        corrected = event.state is EventState.CORRECTED
        name = "CORRECT_OUTREACH_EVENT" if corrected else "RETRACT_OUTREACH_EVENT"
        changes.insert(0, _change(event, event.version, name, event.updated_at))
    bound_to = f"history {context.viewer.subject} {event.id}"
    return page_in_memory(
        context, changes, bound_to=bound_to, key=lambda change: str(change.version), first=first, after=after
    )


def _change(event: OutreachEventView, version: int, action: str, at: datetime) -> ChangeView:
    return ChangeView(
        version=version, action=action, actor=f"emitter:{event.source}", role=None, occurred_at=at, recorded_at=at,
        note=None,
    )  # fmt: skip


def _viewer_can(row: strawberry.Parent[ChangedHere]) -> list[Action]:
    return actions(row.may)


@strawberry.interface
class Versioned(Node):
    """What people change here, one version at a time."""

    version: int
    updated_at: datetime
    viewer_can: list[Action] = strawberry.field(resolver=_viewer_can)
    history: Connection[Change] | None = relation(_histories)


def text(info: Info, value: LocalizedText | None, locale: Locale | None) -> str | None:
    """A text that may be missing, in the language asked for."""
    return say(info, value, locale) if value else None
