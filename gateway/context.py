"""What the resolvers of one request share: who asks, in which language, and where answers come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import strawberry

from chassis import clock, ids, telemetry
from chassis.identity import Viewer
from contracts.vocabulary import LocalizedText, MeasureCode
from gateway.execution.batching import Batches
from gateway.execution.cursors import Cursors
from gateway.execution.transport import Call, Client
from gateway.sources.figures import Figures
from gateway.sources.honors import Honors
from gateway.sources.outreach import Outreach
from gateway.sources.plans import Plans
from gateway.sources.populations import Populations
from gateway.sources.tasks import Tasks
from reference.calendars import vietnam_day
from reference.catalog import Reference

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Services:
    """What lives as long as the process: clients of the services, reference data, population series, cursors.

    `request_seconds` bounds a request; `open_introspection` lets anyone read the schema, `open_documents`
    lets anyone send documents that are not stored.
    """

    plans: Client
    tasks: Client
    outreach: Client
    honors: Client
    reference: Reference
    populations: Populations
    cursors: Cursors
    request_seconds: float
    open_introspection: bool
    open_documents: bool

    @property
    def clients(self) -> Mapping[str, Client]:
        """The services by name."""
        return {"plans": self.plans, "tasks": self.tasks, "outreach": self.outreach, "honors": self.honors}

    def owners(self) -> dict[MeasureCode, Client]:
        """The client of the service that computes each measure."""
        return {measure.code: self.clients[measure.owner] for measure in self.reference.measures.all}


@dataclass(slots=True)
class Context:
    """One request, or one operation of a socket. `today` is the Vietnamese day, `address` where it comes from."""

    services: Services
    viewer: Viewer
    language: Language
    request_id: str
    today: date
    call: Call
    figures: Figures
    plans: Plans
    tasks: Tasks
    outreach: Outreach
    honors: Honors
    address: str = ""
    batches: Batches = field(default_factory=Batches)

    @property
    def reference(self) -> Reference:
        """Reference data in memory."""
        return self.services.reference

    @property
    def may_introspect(self) -> bool:
        """Whether the viewer may read the schema."""
        return self.services.open_introspection or bool(self.viewer.grants)

    @property
    def may_write_documents(self) -> bool:
        """Whether the viewer may send documents that are not stored."""
        return self.services.open_documents or bool(self.viewer.grants)

    @property
    def principal(self) -> str:
        """Whose budget is spent: the subject of a token, the address of the public."""
        return f"public {self.address}" if self.is_public else f"subject {self.viewer.subject}"

    @property
    def is_public(self) -> bool:
        """Whether nobody is signed in."""
        return not self.viewer.token

    def say(self, text: LocalizedText, language: Language | None = None) -> str:
        """A text in the language asked for; Vietnamese where there is no English."""
        english = (language or self.language) == "en"
        return text.en if english and text.en else text.vi

    def renew(self) -> None:
        """Forgets what was read, so that the next message of a subscription reads anew."""
        deadline = clock.monotonic() + self.services.request_seconds
        self.call = Call(deadline, self.call.headers)
        self.figures = Figures(self.services.owners(), self.call)
        self.plans = Plans(self.services.plans, self.call)
        self.tasks = Tasks(self.services.tasks, self.call)
        self.outreach = Outreach(self.services.outreach, self.call)
        self.honors = Honors(self.services.honors, self.call)
        self.batches = Batches()


Info = strawberry.Info[Context, None]


def context_of(services: Services, viewer: Viewer, language: Language, *, address: str) -> Context:
    """A context for one request of `viewer` from `address`; the viewer's token goes with every call."""
    headers: dict[str, str] = {"accept-language": language}
    if viewer.token:
        headers["authorization"] = f"Bearer {viewer.token}"
    if trace := telemetry.traceparent():
        headers["traceparent"] = trace
    call = Call(clock.monotonic() + services.request_seconds, headers)
    return Context(
        services=services,
        viewer=viewer,
        language=language,
        request_id=telemetry.trace_id() or ids.random_id(),
        today=vietnam_day(clock.now()),
        call=call,
        figures=Figures(services.owners(), call),
        plans=Plans(services.plans, call),
        tasks=Tasks(services.tasks, call),
        outreach=Outreach(services.outreach, call),
        honors=Honors(services.honors, call),
        address=address,
    )


def language_of(accepted: str, fallback: str = "vi") -> Language:
    """The language of an Accept-Language header (RFC 9110, §12.5.4): the first of ours, without weights."""
    for part in accepted.lower().split(","):
        if part.strip().startswith("en"):
            return "en"
        if part.strip().startswith("vi"):
            return "vi"
    return "en" if fallback == "en" else "vi"
