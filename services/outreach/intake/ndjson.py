"""NDJSON: lines of any number, each a record, read as they come with bounded memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

MAX_LINE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line by its number (1 is the first). `raw` is None where it was longer than 64 KiB."""

    number: int
    raw: bytes | None


async def lines(body: AsyncIterator[bytes]) -> AsyncIterator[Line]:
    """The lines of a body, empty ones left out but counted."""
    number, rest, overlong = 0, b"", False
    async for chunk in body:
        *whole, rest = (rest + chunk).split(b"\n")
        for raw in whole:
            number += 1
            if line := _line(number, raw, overlong):
                yield line
            overlong = False
        if len(rest) > MAX_LINE:
            rest, overlong = b"", True
    if rest.strip() or overlong:
        yield Line(number + 1, None if overlong else rest)


def _line(number: int, raw: bytes, overlong: bool) -> Line | None:
    if overlong or len(raw) > MAX_LINE:
        return Line(number, None)
    return Line(number, raw) if raw.strip() else None
