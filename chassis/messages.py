"""What travels between services: CloudEvents 1.0 in binary mode, and the base class of every message's data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import orjson
from pydantic import BaseModel, ConfigDict

MAX_BYTES = 48 * 1024
HEADER_PREFIX = "ce_"


class MessageData(BaseModel):
    """Data of one message type: the aggregate's open row after the change plus what changed.

    Readers ignore fields that they don't know, so that fields may be added without a new version.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]  # "vn.lantoa.<service>.<noun>.<happened>.v1"
    topic: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is kept in an outbox and sent: envelope and JSON data.

    `sequence` is the version of the aggregate `subject`; `key` decides the partition, and so the order.
    """

    id: str
    topic: str
    type: str
    source: str
    subject: str
    sequence: int
    key: str
    time: datetime
    data: Mapping[str, Any]
    traceparent: str | None = None

    def payload(self) -> bytes:
        """The data as JSON bytes with sorted keys: equal data gives equal bytes."""
        return orjson.dumps(self.data, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)

    def headers(self) -> list[tuple[str, bytes]]:
        """Kafka headers of the CloudEvents binary mode (Kafka protocol binding, §3.2)."""
        attributes = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.isoformat(),
            "recordedtime": self.time.isoformat(),
            "partitionkey": self.key,
            "sequence": str(self.sequence),
            "dataschema": f"{self.type}.json",
        }
        if self.traceparent:
            attributes["traceparent"] = self.traceparent
        pairs = [(HEADER_PREFIX + name, value.encode()) for name, value in attributes.items()]
        return [("content-type", b"application/json"), *pairs]


class MalformedMessage(ValueError):
    """Bytes on a topic that are no message of ours."""


def read_message(topic: str, key: bytes | None, value: bytes | None, headers: Mapping[str, bytes]) -> Message:
    """The message of a Kafka record; raises `MalformedMessage` when a required attribute is missing."""

    def attribute(name: str) -> str:
        try:
            return headers[HEADER_PREFIX + name].decode()
        except (KeyError, UnicodeDecodeError) as error:
            raise MalformedMessage(f"attribute {name}") from error

    try:
        data = orjson.loads(value or b"")
        time = datetime.fromisoformat(attribute("time"))
        sequence = int(attribute("sequence"))
    except ValueError as error:
        raise MalformedMessage("data, time or sequence") from error
    if not isinstance(data, dict):
        raise MalformedMessage("data is no object")
    trace = headers.get(HEADER_PREFIX + "traceparent")
    return Message(
        id=attribute("id"),
        topic=topic,
        type=attribute("type"),
        source=attribute("source"),
        subject=attribute("subject"),
        sequence=sequence,
        key=(key or b"").decode(errors="replace"),
        time=time,
        data=data,
        traceparent=trace.decode(errors="replace") if trace else None,
    )
