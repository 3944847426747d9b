"""The rules of emitters: who may speak for which province."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Emitter:
    """A registered provincial system; `id` is its electronic identification code, also the source of its events."""

    id: str
    province_id: str
    name: str
    registered_at: datetime


def inbox_topic(e_id: str) -> str:
    """Where an emitter's records arrive over Kafka: a topic of its own, so that ACLs hold it to its province."""
    return f"lantoa.inbox.{e_id}"


def receipts_topic(e_id: str) -> str:
    """Where the receipts go."""
    return f"lantoa.receipts.{e_id}"
