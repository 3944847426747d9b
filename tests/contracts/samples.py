"""The golden corpus: one sample of every version of a message that was ever published, as CloudEvents in JSON."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import contracts
from chassis.kafka import Record
from chassis.messages import HEADER_PREFIX

FOLDER = Path(contracts.__path__[0]) / "samples"
LIST = FOLDER / "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Sample:
    """One file: its name and the event in it."""

    name: str
    event: Mapping[str, Any]

    @property
    def type(self) -> str:
        """The type of the message."""
        return str(self.event["type"])

    @property
    def data(self) -> dict[str, Any]:
        """The data of the message."""
        return dict(self.event["data"])

    def record(self, **more: object) -> Record:
        """The message as it stands on its topic, with fields that nobody here knows."""
        apart = ("data", "datacontenttype")
        headers = {HEADER_PREFIX + name: str(value).encode() for name, value in self.event.items() if name not in apart}
        key = str(self.event["partitionkey"]).encode()
        return Record("samples", 0, 0, key, json.dumps(self.data | more).encode(), headers, 0)


def samples() -> list[Sample]:
    """All of them, by name."""
    return [Sample(path.name, json.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.json"))]


def digests() -> dict[str, str]:
    """The digest of each file as it is now."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.json")}


def listed() -> dict[str, str]:
    """The digest of each file as it was published."""
    lines = LIST.read_text("ascii").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
