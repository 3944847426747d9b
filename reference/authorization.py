"""The one question before every change: may this viewer do it? The table answers; a refusal says why."""

from chassis import clock
from chassis.identity import Viewer
from chassis.problems import forbidden
from reference.actions import Action
from reference.calendars import vietnam_day
from reference.catalog import Reference
from reference.permissions import Refused, Resource


def require(reference: Reference, viewer: Viewer, action: Action, resource: Resource) -> None:
    """Raises the problem `forbidden`, with the reason, unless the table allows it today.

    Ask whether the viewer may know of the thing before: who may not is answered `not-found`.
    """
    decision = reference.permissions.authorize(viewer, action, resource, on=vietnam_day(clock.now()))
    if isinstance(decision, Refused):
        text = reference.reasons.text(decision.reason)
        raise forbidden(text.vi, text.en or text.vi)


def allowed(reference: Reference, viewer: Viewer, resource: Resource, among: tuple[Action, ...]) -> tuple[str, ...]:
    """Which of these actions the viewer may do to it now, for `viewerCan`."""
    day = vietnam_day(clock.now())
    return tuple(
        action.value for action in reference.permissions.actions_allowed(viewer, resource, on=day, among=among)
    )
