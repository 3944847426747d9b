"""Scalars that are checked: whole numbers that browsers read exactly, addresses, keys, days and instants."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

BigInt = NewType("BigInt", int)
URL = NewType("URL", str)
IdempotencyKey = NewType("IdempotencyKey", str)

LARGEST = 2**53 - 1
_ADDRESS = re.compile(r"^https?://[^\s/]+(/\S*)?$")
_KEY = re.compile(r"^[A-Za-z0-9_-]{8,64}$")


def _whole(value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,16}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        raise ValueError("BigInt is a whole number within 2^53 - 1")
    return value


def _text(pattern: re.Pattern[str], what: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if not isinstance(value, str) or len(value) > 2000 or not pattern.match(value):
            raise ValueError(what)
        return value

    return parse


def _day(value: object) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("Date is a day: 2025-12-31")
    return date.fromisoformat(value)


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("DateTime is an instant: 2025-12-31T17:00:00Z")
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError("DateTime needs an offset: 2025-12-31T17:00:00Z")
    return instant.astimezone(UTC)


def _told_instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _scalar(name: str, serialize: Callable[[Any], object], parse: Callable[[object], object]) -> ScalarDefinition:
    return strawberry.scalar(name=name, serialize=serialize, parse_value=parse)


SCALARS: dict[object, ScalarDefinition] = {
    BigInt: _scalar("BigInt", _whole, _whole),
    URL: _scalar("URL", str, _text(_ADDRESS, "URL is an absolute http or https address")),
    IdempotencyKey: _scalar("IdempotencyKey", str, _text(_KEY, "IdempotencyKey is 8 to 64 letters, digits, - or _")),
    date: _scalar("Date", date.isoformat, _day),
    datetime: _scalar("DateTime", _told_instant, _instant),
}
