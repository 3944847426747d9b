"""Tokens of the development issuer: which roles there are, which of them need a place, and signing one."""

import os
import re
from datetime import timedelta

from chassis.identity import DevelopmentIssuer
from contracts.vocabulary import Role
from lantoa.problems import CommandError
from lantoa.stack.layout import DataFolder

DEFAULT_DAYS = 30
# Roles whose rights hold for a body or province (`permissions.yaml`, scope "own"); other roles need no place.
PLACED_ROLES = frozenset({Role.BODY_OFFICER, Role.BODY_APPROVER, Role.PROVINCIAL_OFFICER, Role.EMITTER})
# One person per role, to try the stack with: the ministry at the core of the program, and the city of Hà Nội.
DEMO_ROLES: tuple[tuple[Role, str | None], ...] = (
    (Role.NATIONAL_COORDINATOR, None),
    (Role.BODY_OFFICER, "G06"),
    (Role.BODY_APPROVER, "G06"),
    (Role.PROVINCIAL_OFFICER, "H26"),
    (Role.HONORS_COUNCIL, None),
    (Role.AUDITOR, None),
    (Role.EMITTER, "H26"),
    (Role.OPERATOR, None),
)
_SHORT_E_ID = re.compile(r"[A-Z]\d{2}(\.\d{1,3})*")


def parse_role(text: str) -> Role:
    """A role by its name, written with `-` or `_`; `unknown_role` names those there are."""
    name = text.strip().lower().replace("-", "_")
    known = [role.value for role in Role if role is not Role.PUBLIC]
    if name not in known:
        raise CommandError(
            "unknown_role",
            vi=f"Không có vai trò này. Các vai trò: {', '.join(known)}.",
            en=f"There is no such role. The roles are {', '.join(known)}.",
            where=text,
        )
    return Role(name)


def issue(data: DataFolder, role: Role, scope: str | None, *, name: str | None = None, days: int = DEFAULT_DAYS) -> str:
    """A signed token. People of one role and scope with different names are different subjects.

    Refused with `no_issuer_in_production` there: its services believe the operator's identity provider alone.
    """
    if os.environ.get("LANTOA_ENVIRONMENT") == "production":
        raise CommandError(
            "no_issuer_in_production",
            vi="Môi trường thật không tự cấp mã truy cập; lấy mã từ hệ thống định danh, đặt vào LANTOA_TOKEN.",
            en="Production issues no tokens; take one from the identity provider and put it into LANTOA_TOKEN.",
        )
    if scope is None and role in PLACED_ROLES:
        raise CommandError(
            "scope_missing",
            vi=f"Vai trò {role} cần nơi có hiệu lực: thêm --scope với mã định danh điện tử, ví dụ --scope H57.",
            en=f"The role {role} holds for a place: add --scope with its identification code, as --scope H57.",
        )
    if scope is not None and role is not Role.SYSTEM:
        check_e_id(scope)
    person = name or f"{role} {scope or ''}".strip()
    subject = ":".join(part for part in ("development", role.value, scope, name) if part)
    issuer = DevelopmentIssuer(data.issuer)
    return issuer.token(role.value, scope, subject=subject, name=person, lifetime=timedelta(days=days))


def check_e_id(text: str) -> None:
    """Refuse with `scope_malformed` what is no electronic identification code in short form."""
    if not _SHORT_E_ID.fullmatch(text):
        raise CommandError(
            "scope_malformed",
            vi="Mã định danh điện tử có dạng ngắn như H57 hoặc G06.",
            en="An electronic identification code has a short form such as H57 or G06.",
            where=text,
        )
