"""The only place that reads a clock."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present instant in UTC, cut to milliseconds: MongoDB keeps no more, and a value must survive a round trip."""
    present = datetime.now(UTC)
    return present.replace(microsecond=present.microsecond // 1000 * 1000)


def monotonic() -> float:
    """Seconds on a clock that never runs backwards, for durations and deadlines."""
    return time.monotonic()
