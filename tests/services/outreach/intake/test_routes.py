"""The elements of an array and the lines of a stream, as they were sent."""

import gzip
from collections.abc import AsyncIterator, Iterable

import pytest
from starlette.requests import Request
from starlette.types import Message

from chassis.problems import Problem
from services.outreach.intake.ndjson import MAX_LINE, Line, lines
from services.outreach.intake.routes import decoded, split_array


def test_elements_are_handed_on_as_they_were_sent() -> None:
    assert split_array(b' [ {"a": 1, "a": NaN} ,2, "x" ] ') == [b'{"a": 1, "a": NaN}', b"2", b'"x"']
    assert split_array(b"[]") == []
    assert split_array(b'{"a": []}') is None


@pytest.mark.parametrize("raw", [b"[", b"[1 2]", b'[1] {"a": 1}', b"[\xff]", b"[1,"])
def test_a_broken_array_is_refused_whole(raw: bytes) -> None:
    with pytest.raises(Problem) as refused:
        split_array(raw)
    assert refused.value.slug == "malformed-json"


async def read(*chunks: bytes) -> list[Line]:
    """The lines of a body that comes in these pieces."""

    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return [line async for line in lines(body())]


async def test_lines_are_counted_wherever_the_pieces_are_cut() -> None:
    wanted = [Line(1, b"one"), Line(3, b"three"), Line(4, b"four")]
    text = b"one\n\nthree\nfour"
    for cut in range(len(text)):
        assert await read(text[:cut], text[cut:]) == wanted


async def test_an_overlong_line_costs_only_itself() -> None:
    long = b"x" * (MAX_LINE + 1)
    assert await read(b"one\n" + long, long, b"\ntwo\n") == [Line(1, b"one"), Line(2, None), Line(3, b"two")]


async def inflated(*chunks: bytes) -> bytes:
    """What a gzip body that comes in these pieces holds."""
    waiting: Iterable[Message] = [
        {"type": "http.request", "body": chunk, "more_body": place < len(chunks)}
        for place, chunk in enumerate(chunks, 1)
    ]
    coming = iter(waiting)

    async def receive() -> Message:
        return next(coming)

    request = Request({"type": "http", "headers": [(b"content-encoding", b"gzip")]}, receive)
    return b"".join([piece async for piece in decoded(request)])


async def test_files_joined_after_their_compression_are_read_to_the_end() -> None:
    body = gzip.compress(b"one\n" * 1000) + gzip.compress(b"two\n")
    for cut in range(1, len(body)):
        assert await inflated(body[:cut], body[cut:]) == b"one\n" * 1000 + b"two\n"


async def test_more_than_one_piece_of_output_is_handed_on_whole() -> None:
    assert await inflated(gzip.compress(b"x" * 3_000_000)) == b"x" * 3_000_000


@pytest.mark.parametrize("missing", [1, 8, 30])
async def test_a_compressed_body_that_ends_early_is_refused(missing: int) -> None:
    with pytest.raises(Problem) as refused:
        await inflated(gzip.compress(bytes(range(256)))[:-missing])
    assert refused.value.slug == "malformed-json"
