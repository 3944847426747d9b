"""Objects by type and key, whatever they are: what is in memory at once, what a service has in one batch."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from gateway.context import Context
from gateway.schema.outreach.emitters import visible_emitters
from gateway.schema.terms import term_by_key

Subject = tuple[str, str]  # type in the graph, key
Reader = Callable[[Context, Sequence[str]], Awaitable[Sequence[Any]]]


async def _programs(context: Context, keys: Sequence[str]) -> Sequence[Any]:
    return [context.reference.program for _ in keys]


async def _bodies(context: Context, keys: Sequence[str]) -> Sequence[Any]:
    return [context.reference.bodies.body(key) for key in keys]


async def _provinces(context: Context, keys: Sequence[str]) -> Sequence[Any]:
    return [context.reference.places.province(key) for key in keys]


async def _communes(context: Context, keys: Sequence[str]) -> Sequence[Any]:
    return [context.reference.places.commune(key) for key in keys]


async def _terms(context: Context, keys: Sequence[str]) -> Sequence[Any]:
    return [term_by_key(context, key) for key in keys]


async def _outreach_events(context: Context, keys: Sequence[str]) -> Sequence[Any]:
    return await context.outreach.events.settled(keys)


async def _emitters(context: Context, keys: Sequence[str]) -> Sequence[Any]:
    found = {emitter.id: emitter for emitter in await visible_emitters(context)}
    return [found.get(key) for key in keys]


def _of(service: str, noun: str) -> Reader:
    async def read(context: Context, keys: Sequence[str]) -> Sequence[Any]:
        found: Sequence[Any] = await getattr(getattr(context, service), noun).by_id.settled(keys)
        return found

    return read


READERS: Mapping[str, Reader] = {
    "Program": _programs,
    "Body": _bodies,
    "Province": _provinces,
    "Commune": _communes,
    "Term": _terms,
    "OutreachEvent": _outreach_events,
    "Emitter": _emitters,
    "QuarantinedEvent": _of("outreach", "quarantine"),
    "Plan": _of("plans", "plans"),
    "Activity": _of("plans", "activities"),
    "Task": _of("tasks", "tasks"),
    "Publication": _of("tasks", "publications"),
    "Nomination": _of("honors", "nominations"),
    "Honor": _of("honors", "honors"),
}


async def read_subjects(
    context: Context, subjects: Sequence[Subject | None], *, more: Mapping[str, Reader] | None = None
) -> list[Any]:
    """The rows of subjects in their order: null for what is not there, hidden, or of no type that we read."""
    readers = {**READERS, **(more or {})}
    keys: dict[str, list[str]] = {}
    for subject in subjects:
        if subject is not None and subject[0] in readers:
            keys.setdefault(subject[0], []).append(subject[1])
    found: dict[Subject, Any] = {}
    for kind, wanted in keys.items():
        rows = await readers[kind](context, wanted)
        found.update(zip([(kind, key) for key in wanted], rows, strict=True))
    return [found.get(subject) if subject else None for subject in subjects]
