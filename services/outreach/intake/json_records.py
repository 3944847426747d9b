"""JSON as emitters send it, read strictly: a key twice (also but for case) or NaN make a record unreadable."""

import json
from collections.abc import Iterable
from json import JSONDecodeError
from typing import NoReturn

import orjson

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


class MalformedJson(ValueError):
    """Bytes that are no JSON object, or one that two readers could understand differently."""


def read_object(raw: bytes) -> dict[str, Json]:
    """The object in `raw`, keys as sent. Raises `MalformedJson`."""
    value = read_value(raw)
    if not isinstance(value, dict):
        raise MalformedJson("a JSON object is expected")
    return value


def read_value(raw: bytes) -> Json:
    """The value in `raw`. Raises `MalformedJson`, also for UTF-16, which only some readers guess (RFC 8259, §8.1)."""
    try:
        value: Json = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_constant)
        orjson.dumps(value)  # a lone surrogate or an integer beyond 64 bits cannot be written down again
    except (JSONDecodeError, UnicodeDecodeError, RecursionError, ValueError, TypeError) as error:
        raise MalformedJson(str(error)[:200]) from error
    return value


def canonical(value: Json) -> Json:
    """`value` without what does not matter for equality: case and order of keys, numbers sent as strings."""
    if isinstance(value, dict):
        return {key.lower(): canonical(value[key]) for key in sorted(value, key=str.lower)}
    if isinstance(value, list):
        return [canonical(item) for item in value]
    return number_text(value) or value


def number_text(value: Json) -> str | None:
    """The one spelling of a number, sent as number or string: 53, "53" and 53.0 are "53". None for anything else."""
    if isinstance(value, str):
        value = _number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return repr(value)


def _number(text: str) -> int | float | None:
    """The number that a string spells as JSON would, else None: "007" and "1e" are words."""
    if not text or text[0] not in "-0123456789":
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _object(pairs: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    value: dict[str, Json] = {}
    seen: set[str] = set()
    for key, item in pairs:
        folded = key.lower()
        if folded in seen:
            raise MalformedJson("the same key twice")
        seen.add(folded)
        value[key] = item
    return value


def _no_constant(name: str) -> NoReturn:
    raise MalformedJson(f"{name} is no JSON")
