"""`/v1/dead-letters`: what a service set aside, for those whom the table lets run the command line.

To everybody else there is no such thing: the answer is that of an address that does not exist.
"""

from fastapi import APIRouter, Depends, Query, Response

from chassis import dead_letters
from chassis.dead_letters import Summary
from chassis.problems import absent
from chassis.replay import Handle, replay
from chassis.web import JsonResponse, RequestViewer
from contracts.dead_letters import DeadLetterDecision, DeadLetterOutcome, DeadLettersPage, DeadLetterView
from reference.actions import Action
from reference.resources import Resources


def routes(resources: Resources, handle: Handle) -> APIRouter:
    """The router; `handle` is the service's consumer's own, which need not run here.

    Acting needs no idempotency key: a letter that is gone is not found, and handling is deduplicated.
    """
    database, permissions = resources.database, resources.reference.permissions

    async def operators_only(viewer: RequestViewer) -> None:
        if not permissions.role_may(viewer, Action.RUN_COMMAND_LINE):
            raise absent()

    # before anything of the request is looked at, so that not even a complaint about it tells that this is here
    router = APIRouter(prefix="/v1/dead-letters", tags=["dead letters"], dependencies=[Depends(operators_only)])

    @router.get("", response_model=DeadLettersPage)
    async def get_dead_letters(first: int = Query(default=50, ge=1, le=200), after: str | None = None) -> Response:
        """A page of what was set aside, newest first."""
        page = await dead_letters.page(database, first=first, after=after)
        rows, cursors = tuple(_view(row) for row in page.rows), tuple(row.cursor for row in page.rows)
        return JsonResponse(DeadLettersPage(rows=rows, cursors=cursors, has_next=page.has_next))

    @router.get("/{letter_id}", response_model=DeadLetterView)
    async def get_dead_letter(letter_id: str) -> Response:
        """One of them."""
        return JsonResponse(_view(await dead_letters.summary(database, letter_id)))

    @router.post("/{letter_id}:replay", response_model=DeadLetterDecision)
    async def post_replay(letter_id: str, viewer: RequestViewer) -> Response:
        """Handles it again, now that its cause is mended; it is gone once that succeeds, and stays otherwise."""
        done = await replay(database, handle, viewer, letter_id)
        outcome = DeadLetterOutcome(done.outcome.value)
        return JsonResponse(DeadLetterDecision(outcome=outcome, letter_id=done.letter_id, reason=done.reason))

    @router.post("/{letter_id}:discard", response_model=DeadLetterDecision)
    async def post_discard(letter_id: str, viewer: RequestViewer) -> Response:
        """Throws it away for good."""
        await dead_letters.discard(database, viewer, letter_id)
        return JsonResponse(DeadLetterDecision(outcome=DeadLetterOutcome.DISCARDED))

    return router


def _view(letter: Summary) -> DeadLetterView:
    return DeadLetterView(**{name: getattr(letter, name) for name in DeadLetterView.model_fields})
