"""Global ids: opaque outside, `Type:key` inside; of a dated place or body the key is its dated id."""

import base64
import binascii
from collections.abc import Iterable


def global_id(kind: str, key: str) -> str:
    """The id of an object in the graph."""
    return base64.urlsafe_b64encode(f"{kind}:{key}".encode()).decode().rstrip("=")


def parsed(node_id: str) -> tuple[str, str] | None:
    """Type and key of an id; null for what is no id of ours."""
    try:
        text = base64.urlsafe_b64decode(node_id + "=" * (-len(node_id) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    kind, colon, key = text.partition(":")
    return (kind, key) if colon and key else None


def key_of(node_id: str, kind: str) -> str | None:
    """The key of an id of that type; null for any other."""
    found = parsed(node_id)
    return found[1] if found and found[0] == kind else None


def keys_of(node_ids: Iterable[str] | None, kind: str) -> tuple[str, ...] | None:
    """The keys of those ids that are of the type; null where no ids were given: no condition."""
    if node_ids is None:
        return None
    return tuple(key for key in (key_of(node_id, kind) for node_id in node_ids) if key is not None)
