"""Every role × action × own or other place, against the table as the program's owner wrote it."""

from datetime import date
from pathlib import Path

import pytest

from chassis.identity import PUBLIC, Grant, Viewer, system
from contracts.imports import ImportKind
from contracts.vocabulary import Role
from reference.actions import MACHINE_ACTIONS, Action, Sight
from reference.catalog import default, load
from reference.files import OWN_DATA, DataFileInvalid
from reference.permissions import IMPORT_ACTIONS, Allowed, Refusal, Refused, Resource

TODAY = date(2026, 11, 1)
PERMISSIONS = default().permissions
HANOI, HUE = "H26@2025-07-01", "H57@2025-07-01"
CONTENT = {Action.CREATE_CONTENT_ITEM, Action.EDIT_CONTENT_ITEM, Action.WITHDRAW_CONTENT_ITEM}
ANSWERS = {Action.ANSWER_FEEDBACK, Action.DISMISS_FEEDBACK}
PLAN_DECISIONS = {
    Action.RETURN_PLAN,
    Action.APPROVE_PLAN,
    Action.PROMULGATE_PLAN,
    Action.AMEND_PLAN,
    Action.REVOKE_PLAN,
    Action.ADOPT_PLAN,
}
REVIEWS = {Action.VERIFY_PUBLICATION, Action.REJECT_PUBLICATION, Action.CLASSIFY_TASK}
COUNCIL = {
    Action.ADVANCE_NOMINATION,
    Action.DECIDE_NOMINATION,
    Action.RETURN_NOMINATION,
    Action.REJECT_NOMINATION,
    Action.MERGE_NOMINATIONS,
    Action.REVOKE_HONOR,
}
NATIONAL_ONLY = {
    Action.RETURN_REPORT,
    Action.APPROVE_REPORT,
    Action.RECOGNIZE_GOOD_MODEL,
    Action.WITHDRAW_GOOD_MODEL,
    Action.DISMISS_HONOR_CANDIDATE,
}
EVENTS = {
    Action.RECORD_OUTREACH_EVENT,
    Action.CORRECT_OUTREACH_EVENT,
    Action.RETRACT_OUTREACH_EVENT,
    Action.RESOLVE_QUARANTINED_EVENT,
}
SENDING = {Action.SEND_EVENT, Action.SEND_CORRECTION, Action.SEND_RETRACTION}
EVERYTHING = set(Action)
OFFICER = (
    EVERYTHING
    - PLAN_DECISIONS
    - REVIEWS
    - COUNCIL
    - NATIONAL_ONLY
    - EVENTS
    - SENDING
    - {Action.SUBMIT_FEEDBACK, Action.RUN_COMMAND_LINE}
)
# Role → what it may do in its own place, and what it may do in another.
TABLE: dict[Role, tuple[set[Action], set[Action]]] = {
    Role.PUBLIC: ({Action.SUBMIT_FEEDBACK}, {Action.SUBMIT_FEEDBACK}),
    Role.BODY_OFFICER: (OFFICER, set()),
    Role.BODY_APPROVER: (PLAN_DECISIONS | REVIEWS, set()),
    Role.PROVINCIAL_OFFICER: (EVENTS | CONTENT | ANSWERS | IMPORT_ACTIONS, set()),
    Role.NATIONAL_COORDINATOR: (
        full := NATIONAL_ONLY | REVIEWS | CONTENT | ANSWERS | IMPORT_ACTIONS | {Action.CREATE_NOMINATION},
        full,
    ),
    Role.HONORS_COUNCIL: (COUNCIL, COUNCIL),
    Role.AUDITOR: (set(), set()),
    Role.EMITTER: (SENDING, set()),
    Role.OPERATOR: ({Action.RUN_COMMAND_LINE}, {Action.RUN_COMMAND_LINE}),
    Role.SYSTEM: (EVERYTHING, EVERYTHING),
}


def viewer(*grants: tuple[Role, str | None]) -> Viewer:
    return Viewer("lan", "Lan", tuple(Grant(role.value, scope) for role, scope in grants))


def resource(body_id: str, province_id: str) -> Resource:
    return Resource(
        owners=frozenset({body_id}), provinces=frozenset({province_id}), import_kind=ImportKind.CONTENT_ITEMS
    )


OWN, OTHER = resource(HANOI, "01@2025-07-01"), resource(HUE, "46@2025-07-01")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("place", ["own", "other"])
def test_the_table(role: Role, action: Action, place: str) -> None:
    in_own, in_other = TABLE[role]
    decision = PERMISSIONS.authorize(viewer((role, "H26")), action, OWN if place == "own" else OTHER, on=TODAY)
    if action in (in_own if place == "own" else in_other):
        assert decision == Allowed(role)
    else:
        assert decision == Refused(Refusal.OUTSIDE_SCOPE if action in in_own else Refusal.ROLE_MAY_NOT)


def test_who_has_no_grant_is_the_public() -> None:
    assert PERMISSIONS.authorize(PUBLIC, Action.SUBMIT_FEEDBACK, OWN, on=TODAY) == Allowed(Role.PUBLIC)
    stranger = Viewer("x", "x", (Grant("minister_of_everything", "H26"),))
    assert PERMISSIONS.actions_allowed(stranger, OWN, on=TODAY) == (Action.SUBMIT_FEEDBACK,)


@pytest.mark.parametrize("role", [Role.BODY_APPROVER, Role.NATIONAL_COORDINATOR])
def test_who_recorded_a_publication_may_not_verify_it(role: Role) -> None:
    mine = Resource(owners=frozenset({HANOI}), recorded_by="lan")
    both = viewer((Role.BODY_OFFICER, "H26"), (role, "H26"))
    assert PERMISSIONS.authorize(both, Action.VERIFY_PUBLICATION, mine, on=TODAY) == Refused(Refusal.OWN_RECORD)
    assert PERMISSIONS.authorize(both, Action.REJECT_PUBLICATION, mine, on=TODAY) == Allowed(role)
    of_another = Resource(owners=frozenset({HANOI}), recorded_by="minh")
    assert PERMISSIONS.authorize(both, Action.VERIFY_PUBLICATION, of_another, on=TODAY) == Allowed(role)


@pytest.mark.parametrize(
    ("role", "kind", "is_allowed"),
    [
        (Role.BODY_OFFICER, ImportKind.PLANS, True),
        (Role.BODY_OFFICER, ImportKind.ACCESS_POINTS, False),
        (Role.PROVINCIAL_OFFICER, ImportKind.ACCESS_POINTS, True),
        (Role.PROVINCIAL_OFFICER, ImportKind.POPULATIONS, False),
        (Role.NATIONAL_COORDINATOR, ImportKind.POPULATIONS, True),
        (Role.SYSTEM, ImportKind.TASKS, True),
    ],
)
def test_imports_are_bound_to_kinds(role: Role, kind: ImportKind, is_allowed: bool) -> None:
    rows = Resource(owners=frozenset({HANOI}), import_kind=kind)
    decision = PERMISSIONS.authorize(viewer((role, "H26")), Action.CONFIRM_IMPORT, rows, on=TODAY)
    assert decision == (Allowed(role) if is_allowed else Refused(Refusal.IMPORT_KIND_NOT_ALLOWED))


def test_the_second_grant_counts_where_the_first_does_not_reach() -> None:
    both = viewer((Role.BODY_OFFICER, "H57"), (Role.BODY_OFFICER, "H26"))
    assert PERMISSIONS.authorize(both, Action.CREATE_PLAN, OWN, on=TODAY) == Allowed(Role.BODY_OFFICER)


def test_a_grant_covers_what_is_below_and_what_was_taken_over(tmp_path: Path) -> None:
    (tmp_path / "subordinate_bodies.csv").write_text(
        "e_id,name_vi,parent_e_id,valid_from\nH60.05,Sở Khoa học và Công nghệ,H60,2025-07-01\n", encoding="utf-8"
    )
    scope = load(tmp_path).permissions.scope_of(viewer((Role.BODY_OFFICER, "H60")), on=TODAY)
    assert scope.bodies == {"H60@2025-07-01", "H60.05@2025-07-01", "H60@2008-08-01", "H22@2008-08-01"}
    assert scope.provinces == {"08@2025-07-01", "08@2008-08-01", "02@2008-08-01"}
    below = load(tmp_path).permissions.scope_of(viewer((Role.BODY_OFFICER, "H60.05")), on=TODAY)
    assert below.bodies == {"H60.05@2025-07-01"} and not below.provinces


def test_a_grant_reaches_nothing_without_a_body_of_that_day() -> None:
    for scope in (None, "H99"):
        held = viewer((Role.BODY_OFFICER, scope))
        assert PERMISSIONS.authorize(held, Action.CREATE_PLAN, OWN, on=TODAY) == Refused(Refusal.OUTSIDE_SCOPE)
        assert not PERMISSIONS.scope_of(held, on=TODAY).reaches(owners=[HANOI], provinces=["01@2025-07-01"])


def test_sights_follow_the_role_and_its_scope() -> None:
    officer = viewer((Role.BODY_OFFICER, "H26"))
    plans = PERMISSIONS.sight_of(officer, Sight.PLANS, on=TODAY)
    assert plans.reaches(owners=[HANOI]) and not plans.reaches(owners=[HUE]) and not plans.all
    assert not PERMISSIONS.sight_of(officer, Sight.QUARANTINE, on=TODAY).reaches(provinces=["01@2025-07-01"])
    assert PERMISSIONS.sight_of(PUBLIC, Sight.OUTREACH, on=TODAY).all
    assert not PERMISSIONS.sight_of(PUBLIC, Sight.PLANS, on=TODAY).reaches(owners=[HANOI])
    assert PERMISSIONS.sight_of(viewer((Role.AUDITOR, None)), Sight.PLANS, on=TODAY).all
    assert PERMISSIONS.sight_of(system("plans"), Sight.PLANS, on=TODAY).all


def test_a_role_does_not_lend_its_scope_to_the_sights_of_another() -> None:
    both = viewer((Role.BODY_OFFICER, "H26"), (Role.PROVINCIAL_OFFICER, "H57"))
    quarantine = PERMISSIONS.sight_of(both, Sight.QUARANTINE, on=TODAY)
    assert quarantine.provinces == {"46@2025-07-01", "46@2008-08-01"}


def test_the_council_sees_dossiers_and_no_plans() -> None:
    council = viewer((Role.HONORS_COUNCIL, None))
    assert PERMISSIONS.sight_of(council, Sight.NOMINATIONS, on=TODAY).council
    assert not PERMISSIONS.sight_of(council, Sight.PLANS, on=TODAY).council


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.PUBLIC, False), (Role.BODY_OFFICER, False), (Role.NATIONAL_COORDINATOR, False), (Role.AUDITOR, True)],
)
def test_audit_entries_are_for_auditors(role: Role, sees: bool) -> None:
    assert PERMISSIONS.may_see(viewer((role, "H26")), Sight.AUDIT_ENTRIES) is sees


def test_buttons_show_mutations_only() -> None:
    assert MACHINE_ACTIONS.isdisjoint(PERMISSIONS.actions_allowed(system("outreach"), OWN, on=TODAY))
    among = (Action.SUBMIT_PLAN, Action.APPROVE_PLAN)
    officer = viewer((Role.BODY_OFFICER, "H26"))
    assert PERMISSIONS.actions_allowed(officer, OWN, on=TODAY, among=among) == (Action.SUBMIT_PLAN,)
    assert PERMISSIONS.role_may(officer, Action.SUBMIT_PLAN) and not PERMISSIONS.role_may(officer, Action.APPROVE_PLAN)


def test_every_refusal_has_a_text() -> None:
    assert {refusal.value for refusal in Refusal} <= default().reasons.codes


def test_a_table_without_a_role_is_refused(tmp_path: Path) -> None:
    text = (OWN_DATA / "permissions.yaml").read_text(encoding="utf-8")
    (tmp_path / "permissions.yaml").write_text(text.split("  system:")[0], encoding="utf-8")
    with pytest.raises(DataFileInvalid, match="system: has no row"):
        load(tmp_path)


def test_an_unknown_action_in_the_table_is_refused(tmp_path: Path) -> None:
    text = (OWN_DATA / "permissions.yaml").read_text(encoding="utf-8")
    (tmp_path / "permissions.yaml").write_text(text.replace("[SUBMIT_FEEDBACK]", "[SUBMIT_FEDBACK]"), encoding="utf-8")
    with pytest.raises(DataFileInvalid, match=r"roles\.public\.may"):
        load(tmp_path)
