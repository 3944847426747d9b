"""Traces and metrics: the W3C trace context of the running work, and the Prometheus registry.

Work started by a request or a message carries its `traceparent` on to what it causes (W3C Trace Context, level 1).
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from prometheus_client import Counter, Gauge, Histogram

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-0[01]$")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)

REQUEST_SECONDS = Histogram("lantoa_request_seconds", "Duration of HTTP requests.", ["route", "method", "status"])
OUTBOX_AGE = Gauge("lantoa_outbox_oldest_unsent_seconds", "Age of the oldest message that the broker has not taken.")
OUTBOX_DEPTH = Gauge("lantoa_outbox_unsent", "Messages that the broker has not taken.")
PROJECTOR_LAG = Gauge("lantoa_projector_lag", "Messages of the own outbox that read models do not show yet.")
MESSAGES_SENT = Counter("lantoa_messages_sent_total", "Messages that the broker acknowledged.", ["topic"])
MESSAGES_CONSUMED = Counter("lantoa_messages_consumed_total", "Messages by what became of them.", ["topic", "outcome"])
DEAD_LETTERS = Counter("lantoa_dead_letters_total", "Messages set aside.", ["topic", "reason"])
CONSUMER_LAG = Gauge("lantoa_consumer_lag", "Messages behind the end of a partition.", ["topic", "partition"])


def traceparent() -> str | None:
    """The trace context of the running work, or None outside any."""
    return _current.get()


def trace_id() -> str | None:
    """The trace id (32 hexadecimal digits) of the running work."""
    value = _current.get()
    return value.split("-")[1] if value else None


@contextmanager
def continued(received: str | None) -> Iterator[None]:
    """Runs a block as a child of `received`, or of a new trace where that is missing or malformed."""
    match = _TRACEPARENT.match(received or "")
    trace = match.group(1) if match else secrets.token_hex(16)
    token = _current.set(f"00-{trace}-{secrets.token_hex(8)}-01")
    try:
        yield
    finally:
        _current.reset(token)
