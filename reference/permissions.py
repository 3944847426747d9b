"""Who may do and see what: one table (`permissions.yaml`), one pure decision.

A service decides with it and the gateway draws buttons with it; whether a row may be known at all is the store's
question, asked with `sight_of`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from chassis.identity import Grant, Viewer
from contracts.imports import ImportKind
from contracts.vocabulary import BodyKind, DatedId, Role
from reference.actions import MACHINE_ACTIONS, Action, Sight
from reference.bodies import Bodies
from reference.files import DataFileInvalid, DataFiles

IMPORT_ACTIONS = frozenset({Action.START_IMPORT, Action.CONFIRM_IMPORT, Action.CANCEL_IMPORT})
_PUBLIC = (Grant(Role.PUBLIC.value),)


class ScopeRule(StrEnum):
    """How far a role reaches."""

    NONE = "none"
    OWN = "own"
    ALL = "all"
    DOSSIERS = "dossiers"
    SERVICE = "service"


class Refusal(StrEnum):
    """Why an action is refused (texts in `reasons.yaml`), from the farthest to the nearest miss."""

    ROLE_MAY_NOT = "role_may_not"
    IMPORT_KIND_NOT_ALLOWED = "import_kind_not_allowed"
    OUTSIDE_SCOPE = "outside_scope"
    OWN_RECORD = "own_record"


_NEARNESS = {refusal: rank for rank, refusal in enumerate(Refusal)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """A role's row of the table."""

    scope: ScopeRule
    sees: frozenset[Sight] | Literal["all"]
    may: frozenset[Action] | Literal["all"]
    imports: frozenset[ImportKind] | Literal["all"] = frozenset()
    not_own_record: frozenset[Action] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionsFile:
    """`permissions.yaml`."""

    valid_from: date
    roles: dict[Role, RoleRule]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerScope:
    """Where a viewer's grants reach: everywhere, or in these bodies and provinces.

    `council` is true for who sees every dossier before the honors council; `roles` are those that were granted.
    """

    all: bool = False
    bodies: frozenset[DatedId] = frozenset()
    provinces: frozenset[DatedId] = frozenset()
    council: bool = False
    roles: frozenset[Role] = frozenset()

    def reaches(self, *, owners: Iterable[DatedId] = (), provinces: Iterable[DatedId] = ()) -> bool:
        """Whether something of these bodies and provinces is inside; the council's dossiers are asked apart."""
        return self.all or not self.bodies.isdisjoint(owners) or not self.provinces.isdisjoint(provinces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What an action is about: the bodies and provinces it belongs to.

    `recorded_by` is the subject of who recorded it; `import_kind` what the rows of an import are.
    """

    owners: frozenset[DatedId] = frozenset()
    provinces: frozenset[DatedId] = frozenset()
    recorded_by: str | None = None
    import_kind: ImportKind | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes, by this role."""

    role: Role


@dataclass(frozen=True, slots=True)
class Refused:
    """No, and why: the nearest miss among the viewer's grants."""

    reason: Refusal


Decision = Allowed | Refused


class Permissions:
    """The table, with the bodies that tell what is below whom. `on` is the Vietnamese day of the question."""

    def __init__(self, roles: dict[Role, RoleRule], bodies: Bodies) -> None:
        self._roles = roles
        self._bodies = bodies

    def authorize(self, viewer: Viewer, action: Action, resource: Resource, *, on: date) -> Decision:
        """Whether the viewer may do it to the resource. Unlisted is refused; ROLE_MAY_NOT depends on roles alone."""
        nearest = Refusal.ROLE_MAY_NOT
        for role, grant in self._granted(viewer):
            refusal = self._refusal(role, grant, viewer, action, resource, on=on)
            if refusal is None:
                return Allowed(role)
            nearest = max(nearest, refusal, key=_NEARNESS.__getitem__)
        return Refused(nearest)

    def role_may(self, viewer: Viewer, action: Action) -> bool:
        """Whether a role of the viewer has the action at all, wherever."""
        return any(_may(self._roles[role], action) for role, _ in self._granted(viewer))

    def actions_allowed(
        self, viewer: Viewer, resource: Resource, *, on: date, among: Iterable[Action] = Action
    ) -> tuple[Action, ...]:
        """The mutations among these that the viewer may do to the resource, in the order asked."""
        return tuple(
            action
            for action in among
            if action not in MACHINE_ACTIONS and isinstance(self.authorize(viewer, action, resource, on=on), Allowed)
        )

    def may_see(self, viewer: Viewer, sight: Sight) -> bool:
        """Whether a role of the viewer sees such rows somewhere; by the role alone."""
        return self._is_public(sight) or any(_sees(self._roles[role], sight) for role, _ in self._granted(viewer))

    def sight_of(self, viewer: Viewer, sight: Sight, *, on: date) -> ViewerScope:
        """Where the viewer sees such rows: `all` for what is public."""
        if self._is_public(sight):
            return ViewerScope(all=True, roles=frozenset(role for role, _ in self._granted(viewer)))
        return self._joined([held for held in self._granted(viewer) if _sees(self._roles[held[0]], sight)], on=on)

    def scope_of(self, viewer: Viewer, *, on: date) -> ViewerScope:
        """Where the viewer's grants reach, whatever for."""
        return self._joined(self._granted(viewer), on=on)

    def _granted(self, viewer: Viewer) -> list[tuple[Role, Grant]]:
        """Grants whose role the table knows. Who has none is the public."""
        held = [(Role(grant.role), grant) for grant in viewer.grants if grant.role in self._roles]
        return held or [(Role.PUBLIC, grant) for grant in _PUBLIC]

    def _refusal(
        self, role: Role, grant: Grant, viewer: Viewer, action: Action, resource: Resource, *, on: date
    ) -> Refusal | None:
        rule = self._roles[role]
        if not _may(rule, action):
            return Refusal.ROLE_MAY_NOT
        if action in IMPORT_ACTIONS and not _imports(rule, resource.import_kind):
            return Refusal.IMPORT_KIND_NOT_ALLOWED
        if not self._covers(role, grant, resource, on=on):
            return Refusal.OUTSIDE_SCOPE
        is_own = resource.recorded_by is not None and resource.recorded_by == viewer.subject
        return Refusal.OWN_RECORD if is_own and action in rule.not_own_record else None

    def _covers(self, role: Role, grant: Grant, resource: Resource, *, on: date) -> bool:
        if self._roles[role].scope is not ScopeRule.OWN:
            return True
        bodies, provinces = self._own(grant, on)
        return not bodies.isdisjoint(resource.owners) or not provinces.isdisjoint(resource.provinces)

    def _joined(self, held: list[tuple[Role, Grant]], *, on: date) -> ViewerScope:
        rules = {self._roles[role].scope for role, _ in held}
        own = [self._own(grant, on) for role, grant in held if self._roles[role].scope is ScopeRule.OWN]
        return ViewerScope(
            all=ScopeRule.ALL in rules or ScopeRule.SERVICE in rules,
            bodies=frozenset().union(*(bodies for bodies, _ in own)),
            provinces=frozenset().union(*(provinces for _, provinces in own)),
            council=ScopeRule.DOSSIERS in rules,
            roles=frozenset(role for role, _ in held),
        )

    def _own(self, grant: Grant, on: date) -> tuple[frozenset[DatedId], frozenset[DatedId]]:
        """Bodies and provinces of a grant. One that names no body of that day reaches nothing."""
        body = self._bodies.by_e_id(grant.scope, on) if grant.scope else None
        bodies = self._bodies.covered_by(body.id) if body else frozenset()
        return bodies, frozenset(place for body_id in bodies if (place := self._province_of(body_id)) is not None)

    def _province_of(self, body_id: DatedId) -> DatedId | None:
        body = self._bodies.body(body_id)
        return body.province_id if body and body.kind is BodyKind.PROVINCIAL_COMMITTEE else None

    def _is_public(self, sight: Sight) -> bool:
        return _sees(self._roles[Role.PUBLIC], sight)


def _may(rule: RoleRule, action: Action) -> bool:
    return rule.may == "all" or action in rule.may


def _sees(rule: RoleRule, sight: Sight) -> bool:
    return rule.sees == "all" or sight in rule.sees


def _imports(rule: RoleRule, kind: ImportKind | None) -> bool:
    # A role with all actions has all imports: the system goes on with what an officer started.
    return "all" in (rule.may, rule.imports) or kind in rule.imports


def load_permissions(files: DataFiles, bodies: Bodies) -> Permissions:
    """Reads `permissions.yaml`. Raises DataFileInvalid where a role has no row."""
    content = files.read("permissions.yaml", PermissionsFile)
    missing = [f"{role}: has no row" for role in Role if role not in content.roles]
    if missing:
        raise DataFileInvalid(files.path("permissions.yaml"), missing)
    return Permissions(content.roles, bodies)
