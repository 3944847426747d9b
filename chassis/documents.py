"""Records (frozen dataclasses) to MongoDB documents and back.

Instants stay instants; days become ISO strings, which sort as days; enumerations become their values; `id` is `_id`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from pydantic import BaseModel

Document = dict[str, Any]
Record = TypeVar("Record")


def to_document(record: object) -> Document:
    """The document of a dataclass instance."""
    document: Document = msgspec.to_builtins(record, builtin_types=(datetime, bytes), enc_hook=_plain)
    if "id" in document:
        document["_id"] = document.pop("id")
    return document


def from_document(kind: type[Record], document: Mapping[str, Any]) -> Record:
    """The record of a document; unknown fields are ignored, wrong types raise `msgspec.ValidationError`."""
    if "_id" in document:
        document = {**document, "id": document["_id"]}
    return msgspec.convert(document, kind, strict=False, dec_hook=_model)


def _plain(value: object) -> object:
    """Value types of the contracts are kept as their fields."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise NotImplementedError(type(value).__name__)


def _model(kind: type, value: object) -> object:
    if issubclass(kind, BaseModel):
        return kind.model_validate(value)
    raise NotImplementedError(kind.__name__)
