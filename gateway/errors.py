"""What can go wrong in the graph: codes, faults, and what a service's problem (RFC 9457) becomes.

A fault says one thing to people in two languages and one code to programs; what is no fault is a fault of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """`extensions.code` of each entry of `errors` (enum ErrorCode of the graph)."""

    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    CURSOR_INVALID = "CURSOR_INVALID"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    COST_LIMIT_EXCEEDED = "COST_LIMIT_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    IDEMPOTENCY_KEY_IN_FLIGHT = "IDEMPOTENCY_KEY_IN_FLIGHT"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that a service found wrong: its code, where (JSON pointer of the request), and what to do."""

    code: str
    pointer: str
    vi: str
    en: str


class Fault(Exception):
    """An entry of `errors`. `section` is the part of the platform, `retry_after` is in seconds.

    `refusals` and `current` are what a service said about a change that it refused, for `userErrors`.
    """

    def __init__(
        self,
        code: Code,
        *,
        vi: str,
        en: str,
        section: str | None = None,
        retry_after: int | None = None,
        refusals: tuple[Refusal, ...] = (),
        current: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(en)
        self.code, self.vi, self.en = code, vi, en
        self.section, self.retry_after = section, retry_after
        self.refusals, self.current = refusals, current

    def extensions(self) -> dict[str, object]:
        """Code, and section and waiting time where they apply."""
        told: dict[str, object] = {"code": self.code.value}
        if self.section:
            told["section"] = self.section
        if self.retry_after is not None:
            told["retryAfter"] = self.retry_after
        return told


def bad_input(vi: str, en: str) -> Fault:
    """An argument that cannot be accepted."""
    return Fault(Code.BAD_USER_INPUT, vi=vi, en=en)


def cursor_invalid() -> Fault:
    """A cursor that is malformed, of another list, or too old."""
    vi = "Con trỏ trang không hợp lệ hoặc đã cũ; hãy đọc lại từ đầu."
    return Fault(Code.CURSOR_INVALID, vi=vi, en="The cursor is malformed, of another list, or too old; start anew.")


def unavailable(section: str, *, retry_after: int = 1) -> Fault:
    """A service does not answer, or too late."""
    vi = "Phần này tạm thời không có dữ liệu. Hãy thử lại sau."
    en = "This part is temporarily unavailable. Try again later."
    return Fault(Code.SERVICE_UNAVAILABLE, vi=vi, en=en, section=section, retry_after=retry_after)


def too_late(section: str | None = None) -> Fault:
    """The time of the whole request is over."""
    vi, en = "Yêu cầu mất quá nhiều thời gian.", "The request took too long."
    return Fault(Code.DEADLINE_EXCEEDED, vi=vi, en=en, section=section)


_BY_STATUS = {
    401: Code.UNAUTHENTICATED,
    403: Code.FORBIDDEN,
    429: Code.RATE_LIMITED,
    503: Code.SERVICE_UNAVAILABLE,
}
_BY_SLUG = {
    "cursor-invalid": Code.CURSOR_INVALID,
    "idempotency-key-reused": Code.IDEMPOTENCY_KEY_REUSED,
    "idempotency-key-in-flight": Code.IDEMPOTENCY_KEY_IN_FLIGHT,
}


def of_problem(status: int, problem: Mapping[str, object], *, section: str, retry_after: int | None = None) -> Fault:
    """What a problem document of a service becomes."""
    code = _BY_SLUG.get(str(problem.get("code"))) or _BY_STATUS.get(status)
    if code is None:
        code = Code.BAD_USER_INPUT if status < 500 else Code.INTERNAL
    current = problem.get("current")
    return Fault(
        code,
        vi=str(problem.get("vi", "Lỗi của hệ thống.")),
        en=str(problem.get("en", "A fault of the platform.")),
        section=section,
        retry_after=retry_after,
        refusals=_refusals(problem.get("errors")),
        current=current if isinstance(current, Mapping) else None,
    )


def _refusals(entries: object) -> tuple[Refusal, ...]:
    if not isinstance(entries, list):
        return ()
    return tuple(
        Refusal(str(row.get("code", "")), str(row.get("pointer", "")), str(row.get("vi", "")), str(row.get("en", "")))
        for row in entries
        if isinstance(row, Mapping)
    )
