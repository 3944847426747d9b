"""Records (frozen dataclasses) to MongoDB documents and back.

Instants stay instants; days become ISO strings, which sort as days; enumerations become their values; `id` is `_id`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

Document = dict[str, Any]
Record = TypeVar("Record")


def to_document(record: object) -> Document:
    """The document of a dataclass instance."""
    document: Document = msgspec.to_builtins(record, builtin_types=(datetime, bytes))
    if "id" in document:
        document["_id"] = document.pop("id")
    return document


def from_document(kind: type[Record], document: Mapping[str, Any]) -> Record:
    """The record of a document; unknown fields are ignored, wrong types raise `msgspec.ValidationError`."""
    if "_id" in document:
        document = {**document, "id": document["_id"]}
    return msgspec.convert(document, kind, strict=False)
