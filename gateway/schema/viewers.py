"""Who asks, and what they may do."""

from enum import Enum
from typing import TYPE_CHECKING, Any

import strawberry

from chassis.identity import Grant, Viewer
from contracts import vocabulary
from gateway.context import Info
from gateway.schema.ids import global_id
from gateway.schema.program.scopes import Scope
from gateway.schema.shared import Action, Locale, actions
from reference.actions import Action as KnownAction

_NOT_HERE = {vocabulary.Role.PUBLIC, vocabulary.Role.EMITTER, vocabulary.Role.OPERATOR, vocabulary.Role.SYSTEM}

# The graph has the roles of people; machines and operators do not use it.
if TYPE_CHECKING:
    Role = vocabulary.Role
else:
    Role = strawberry.enum(Enum("Role", {r.name: r.value for r in vocabulary.Role if r not in _NOT_HERE}))


def _role(grant: strawberry.Parent[Grant]) -> Role:
    return Role(grant.role)


def _scope(grant: strawberry.Parent[Grant], info: Info) -> Any:
    reference, today = info.context.reference, info.context.today
    body = reference.bodies.by_e_id(grant.scope, today) if grant.scope else None
    if body is None:
        return reference.program
    is_provincial = grant.role == vocabulary.Role.PROVINCIAL_OFFICER.value
    province = reference.places.province(body.province_id) if is_provincial and body.province_id else None
    return province or body


@strawberry.type
class RoleGrant:
    """A role and where it holds."""

    role: Role = strawberry.field(resolver=_role)
    scope: Scope = strawberry.field(resolver=_scope)


def _id(viewer: strawberry.Parent[Viewer]) -> strawberry.ID:
    return strawberry.ID(global_id("Viewer", viewer.subject))


def _locale(viewer: strawberry.Parent[Viewer]) -> Locale:
    return Locale.EN if viewer.locale == "en" else Locale.VI


def _grants(viewer: strawberry.Parent[Viewer]) -> Any:
    known = {role.value for role in Role}
    return [grant for grant in viewer.grants if grant.role in known]


def _viewer_can(viewer: strawberry.Parent[Viewer], info: Info) -> list[Action]:
    permissions = info.context.reference.permissions
    return actions(action.value for action in KnownAction if permissions.role_may(viewer, action))


@strawberry.type(name="Viewer")
class SignedIn:
    """The signed-in person."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    name: str
    locale: Locale = strawberry.field(resolver=_locale)
    grants: list[RoleGrant] = strawberry.field(resolver=_grants)
    viewer_can: list[Action] = strawberry.field(resolver=_viewer_can)


def viewer(info: Info) -> Any:
    """Who asks; null for the public."""
    row: Any = None if info.context.is_public else info.context.viewer
    return row
