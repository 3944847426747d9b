"""Problems that people can act on (RFC 9457): a stable slug, what is wrong in Vietnamese and English, and where.

The domain raises them; `web.py` turns their kind into an HTTP status in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What sort of problem it is; the value is its HTTP status."""

    INVALID = 400
    UNAUTHENTICATED = 401
    FORBIDDEN = 403
    ABSENT = 404
    METHOD = 405
    CONFLICT = 409
    TOO_LARGE = 413
    UNSUPPORTED = 415
    REFUSED = 422
    TOO_MANY = 429
    INTERNAL = 500
    UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a stable code, where (JSON pointer, "" for the whole), what to do, in two languages."""

    code: str
    pointer: str
    vi: str
    en: str


class Problem(Exception):
    """A request that cannot be carried out, and why.

    `current` is the object as it stands, for conflicts; `retry_after` seconds, where asking again can help.
    """

    def __init__(
        self,
        slug: str,
        kind: Kind,
        *,
        vi: str,
        en: str,
        faults: tuple[Fault, ...] = (),
        current: Mapping[str, object] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(slug)
        self.slug, self.kind, self.vi, self.en = slug, kind, vi, en
        self.faults, self.current, self.retry_after = faults, current, retry_after


def absent() -> Problem:
    """Not there, or hidden from the viewer: both are the same answer, byte for byte."""
    return Problem("not-found", Kind.ABSENT, vi="Không tìm thấy.", en="Not found.")


def unauthenticated(en: str = "The token is missing, malformed or expired.") -> Problem:
    """Who asks could not be established."""
    return Problem("unauthenticated", Kind.UNAUTHENTICATED, vi="Thiếu mã truy cập, mã sai hoặc đã hết hạn.", en=en)


def forbidden(vi: str, en: str) -> Problem:
    """The viewer may know of the thing, and may not do this."""
    return Problem("forbidden", Kind.FORBIDDEN, vi=vi, en=en)


def refused(code: str, pointer: str, *, vi: str, en: str, current: Mapping[str, object] | None = None) -> Problem:
    """A rule of the domain says no, for a reason that the person can mend."""
    fault = Fault(code, pointer, vi, en)
    return Problem(code.lower().replace("_", "-"), Kind.REFUSED, vi=vi, en=en, faults=(fault,), current=current)


def state_conflict(vi: str, en: str) -> Problem:
    """Not possible in the present state of the object."""
    fault = Fault("STATE_CONFLICT", "", vi, en)
    return Problem("state-conflict", Kind.CONFLICT, vi=vi, en=en, faults=(fault,))


def version_conflict(expected: int, present: int) -> Problem:
    """Somebody changed it meanwhile."""
    vi = f"Bản ghi đã được người khác thay đổi (phiên bản {present}, không phải {expected}). Hãy xem lại rồi làm lại."
    en = f"It was changed meanwhile (version {present}, not {expected}). Look at it again, then retry."
    fault = Fault("VERSION_CONFLICT", "/expected_version", vi, en)
    return Problem("version-conflict", Kind.CONFLICT, vi=vi, en=en, faults=(fault,), current={"version": present})


def unavailable(retry_after: int = 1) -> Problem:
    """Something this service needs does not answer; nothing was decided."""
    return Problem(
        "unavailable",
        Kind.UNAVAILABLE,
        vi="Dịch vụ tạm thời không sẵn sàng. Hãy thử lại sau.",
        en="Temporarily unavailable. Try again later.",
        retry_after=retry_after,
    )


def check_version(expected: int, present: int) -> None:
    """Raises `version_conflict` unless both are the same."""
    if expected != present:
        raise version_conflict(expected, present)
