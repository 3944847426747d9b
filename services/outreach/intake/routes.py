"""HTTP intake for provincial systems: one record, an array, or a stream of lines; answered once it is durable.

202 after the durable write; a bad record never costs its good neighbors, and a repetition is always safe.
"""

import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from json import JSONDecoder

import orjson
from fastapi import APIRouter, Request, Response

from chassis import clock, logs
from chassis.group_commit import GroupCommit
from chassis.identity import Viewer
from chassis.mongo import DatabaseError
from chassis.problems import Kind, Problem, forbidden
from chassis.web import MAX_BODY, DuplexResponse, JsonResponse, RequestViewer, body_too_large, read_body
from contracts.outreach.outreach_events import Disposition, Receipt
from reference.resources import Resources
from services.outreach.emitters import queries as emitters
from services.outreach.emitters.domain import Emitter
from services.outreach.intake import emitted, play_log
from services.outreach.intake.command import Arrival, Read, take_in
from services.outreach.intake.ndjson import Line, lines

CHUNK = 500
STREAMS = ("application/x-ndjson", "application/jsonl", "application/ndjson")
_LENIENT = JSONDecoder()
TAKEN = (Disposition.COUNTED, Disposition.UNHEARD, Disposition.DUPLICATE)
log = logs.logger(__name__)
Render = Callable[[Receipt], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Single:
    """One record of a request of its own, waiting for its group."""

    viewer: Viewer
    emitter: Emitter
    arrival: Arrival


def routes(resources: Resources) -> APIRouter:
    """`POST /v1/play-log` and `POST /v1/outreach-events`."""
    router = APIRouter(tags=["intake"])

    @router.post("/v1/play-log", status_code=202)
    async def post_play_log(request: Request, viewer: RequestViewer) -> Response:
        """Play-log records of the emitter's province: one object, an array, or NDJSON."""
        return await play_log_intake.answer(request, viewer)

    @router.post("/v1/outreach-events", status_code=202)
    async def post_outreach_events(request: Request, viewer: RequestViewer) -> Response:
        """Outreach events in the platform's own format: JSON, NDJSON, or CloudEvents."""
        return await emitted_intake.answer(request, viewer)

    play_log_intake = Intake(resources, play_log.read, render_play_log)
    emitted_intake = Intake(resources, emitted.read, render)
    return router


class Intake:
    """One format's way in."""

    def __init__(self, resources: Resources, read: Read, rendered: Render) -> None:
        self._resources, self._read, self._render = resources, read, rendered
        self._groups = GroupCommit(self._commit_group)

    async def answer(self, request: Request, viewer: Viewer) -> Response:
        """Takes a request's records in and answers with their receipts."""
        emitter = await self._emitter(viewer)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_compressed(request)  # refused before an answer is begun
        if kind in STREAMS:
            body = self._stream(viewer, emitter, decoded(request))
            return DuplexResponse(body, status_code=202, media_type="application/x-ndjson")
        if kind not in ("application/json", *emitted.CLOUD_EVENTS):
            raise _unsupported(kind)
        raw = await _whole_body(request)
        if kind in emitted.CLOUD_EVENTS or request.headers.get("ce-specversion"):
            raw = emitted.unwrap(raw, kind, request.headers)
        return await self._whole(viewer, emitter, raw)

    async def _whole(self, viewer: Viewer, emitter: Emitter, raw: bytes) -> Response:
        received = clock.now()
        records = split_array(raw)
        if records is None:
            receipt = await self._groups.add(Single(viewer, emitter, Arrival(raw, received)))
            return JsonResponse(self._render(receipt), status_code=202)
        results: list[Receipt] = []
        for at in range(0, len(records), CHUNK):
            chunk = [Arrival(record, received) for record in records[at : at + CHUNK]]
            results += await take_in(self._resources, viewer, emitter, chunk, self._read)
        return JsonResponse({"results": [self._render(receipt) for receipt in results]}, status_code=202)

    async def _commit_group(self, group: Sequence[Single]) -> list[Receipt]:
        """Single posts of one emitter share a transaction; different emitters have one each."""
        receipts: dict[int, Receipt] = {}
        for e_id in {single.emitter.id for single in group}:
            members = [(place, single) for place, single in enumerate(group) if single.emitter.id == e_id]
            first = members[0][1]
            arrivals = [single.arrival for _, single in members]
            taken = await take_in(self._resources, first.viewer, first.emitter, arrivals, self._read)
            receipts |= dict(zip((place for place, _ in members), taken, strict=True))
        return [receipts[place] for place in range(len(group))]

    async def _stream(self, viewer: Viewer, emitter: Emitter, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        chunk: list[Line] = []
        try:
            async for line in lines(body):
                chunk.append(line)
                if len(chunk) == CHUNK:
                    yield await self._chunk(viewer, emitter, chunk)
                    chunk = []
            if chunk:
                yield await self._chunk(viewer, emitter, chunk)
        except (DatabaseError, Problem) as error:
            log.warning("intake_stream_broken", error=type(error).__name__, emitter=emitter.id)
            resume = chunk[0].number if chunk else None
            code = error.slug if isinstance(error, Problem) else "unavailable"
            yield orjson.dumps({"problem": code, "resume_at_line": resume}) + b"\n"

    async def _chunk(self, viewer: Viewer, emitter: Emitter, chunk: Sequence[Line]) -> bytes:
        received = clock.now()
        readable = [line for line in chunk if line.raw is not None]
        arrivals = [Arrival(line.raw or b"", received) for line in readable]
        taken = await take_in(self._resources, viewer, emitter, arrivals, self._read)
        receipts = dict(zip((line.number for line in readable), taken, strict=True))
        too_large = Receipt(disposition=Disposition.REJECTED, reason="too_large")
        rows = [{"line": line.number} | self._render(receipts.get(line.number, too_large)) for line in chunk]
        return b"".join(orjson.dumps(row) + b"\n" for row in rows)

    async def _emitter(self, viewer: Viewer) -> Emitter:
        for e_id in viewer.scopes("emitter"):
            if found := await emitters.emitter(self._resources.database, viewer, e_id):
                return found
        raise forbidden(
            "Mã truy cập không thuộc hệ thống nguồn nào đã đăng ký.", "The token is of no registered emitter."
        )


def render(receipt: Receipt) -> dict[str, object]:
    """A receipt as a result line; `field` is there only where one is at fault."""
    line: dict[str, object] = {"disposition": receipt.disposition.value, "id": receipt.id, "reason": receipt.reason}
    return line if receipt.field is None else {**line, "field": receipt.field}


def render_play_log(receipt: Receipt) -> dict[str, object]:
    """A receipt with the reply that official letter 2455/BTTTT-TTCS asks for beside it."""
    good = receipt.disposition in TAKEN
    text = receipt.disposition.value + (f": {receipt.reason}" if receipt.reason else "")
    return {**render(receipt), "TrangThaiGui": 0 if good else 1, "MoTa": text}


def split_array(raw: bytes) -> list[bytes] | None:
    """The elements of a JSON array as they were sent, to be read strictly one by one; None for a single record."""
    if raw.lstrip()[:1] != b"[":
        return None
    try:
        text = raw.decode()
        return [element.encode() for element in _elements(text, text.index("[") + 1)]
    except (ValueError, RecursionError) as error:
        raise _malformed(type(error).__name__) from error


def _elements(text: str, at: int) -> Iterator[str]:
    """The texts of the elements from `at` on; raises ValueError where the array is broken."""
    at = _skip(text, at)
    while text[at : at + 1] != "]":
        _, end = _LENIENT.raw_decode(text, at)
        yield text[at:end]
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise ValueError("array")
    if text[at + 1 :].strip():
        raise ValueError("text after the array")


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\n", "\r") and at < len(text):
        at += 1
    return at


def is_compressed(request: Request) -> bool:
    """Whether the body is compressed with gzip. Raises `unsupported-content-encoding` for what we cannot read."""
    told = request.headers.get("content-encoding", "").lower()
    encodings = [name for part in told.split(",") if (name := part.strip()) not in ("", "identity")]
    if encodings not in ([], ["gzip"], ["x-gzip"]):  # the two names are the same (RFC 9110, §8.4.1.3)
        vi, en = "Chỉ nhận Content-Encoding: gzip, identity.", "Content-Encoding must be one of: gzip, identity."
        raise Problem("unsupported-content-encoding", Kind.UNSUPPORTED, vi=vi, en=en)
    return bool(encodings)


async def _whole_body(request: Request) -> bytes:
    if not is_compressed(request):
        return await read_body(request)
    body = bytearray()
    async for chunk in decoded(request):
        body += chunk
        if len(body) > MAX_BODY:
            raise body_too_large(MAX_BODY)
    return bytes(body)


async def decoded(request: Request) -> AsyncIterator[bytes]:
    """The body's bytes, decompressed piece by piece, so that no bomb is ever held whole."""
    if not is_compressed(request):
        async for chunk in request.stream():
            yield chunk
        return
    inflate, is_whole = zlib.decompressobj(wbits=31), True
    async for chunk in request.stream():
        pending = chunk
        while pending:
            try:
                piece = inflate.decompress(pending, MAX_BODY)
            except zlib.error as error:
                raise _malformed("gzip") from error
            pending, is_whole = inflate.unconsumed_tail, inflate.eof
            if inflate.eof:  # files that were joined are one body of several members (RFC 1952, §2.2)
                pending, inflate = inflate.unused_data, zlib.decompressobj(wbits=31)
            yield piece
    if not is_whole:
        raise _malformed("the gzip stream ends early")


def _malformed(detail: str) -> Problem:
    vi, en = "Nội dung không phải JSON hợp lệ.", f"The body is no valid JSON: {detail[:120]}"
    return Problem("malformed-json", Kind.INVALID, vi=vi, en=en)


def _unsupported(kind: str) -> Problem:
    known = ", ".join(("application/json", *STREAMS, *emitted.CLOUD_EVENTS))
    en = f"Content-Type {kind or '(none)'} is not accepted; use one of {known}."
    return Problem("unsupported-media-type", Kind.UNSUPPORTED, vi=f"Chỉ nhận các kiểu: {known}.", en=en)
