"""The only place that makes identifiers."""

import os
import time
import uuid

SEPARATOR = "\x1f"


def random_id() -> str:
    """A random UUID (version 4): public ids, from which nothing can be guessed."""
    return str(uuid.uuid4())


def ordered_id() -> str:
    """A UUID of version 7 (RFC 9562): rows written later sort later, within the clock's precision."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(uuid.UUID(int=value))


def named_id(namespace: str, *parts: str) -> str:
    """A UUID of version 5 over `parts` joined by U+001F: the same parts give the same id on every machine."""
    return str(uuid.uuid5(uuid.UUID(namespace), SEPARATOR.join(parts)))
