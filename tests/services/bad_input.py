"""Requests that no service may stumble over: drawn from its OpenAPI and then spoiled, and such as no OpenAPI describes.

All are drawn from fixed seeds: a run sends the same as the run before, but for the ids of what the test made.
"""

import gzip
import io
import json
import logging
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import schemathesis
import structlog
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core import NOT_SET
from yarl import URL

from chassis import logs
from contracts.vocabulary import MeasureCode
from deploy.generate import FOLDER
from tests.architecture.sources import ROOT
from tests.running_service import Api

CANARY = "canary-7f3a-không-được-ghi-lại"
PROBLEMS = {page.stem for page in (ROOT / "docs" / "errors").glob("*.md")}
EXAMPLES = 3  # of each operation, each sent as drawn and then spoiled
SPOILED = 8
BOMB = gzip.compress(b'{"a":"' + b"\0" * 30_000_000)
JSON = "application/json"
DEEP = b"[" * 100_000
NASTY: tuple[object, ...] = (
    *(0, -1, 2**31, 2**53, 2**63, 2**64, 10**30, -(10**30), 1e308, 0.5, True, None, [], {}, [[]], {"$gt": ""}),
    *("", " ", "\x00", "\ufeff", "a\u202eb", "\U0001f600" * 50, "x" * 5000, "$where", "a.b", "(" * 200, ".*", "\\"),
    *("0001-01-01", "9999-12-31", "2025-02-30", "0000-00-00", "1969-12-31", "2025-07-01"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00", "1e400", "NaN"),
    *("A@0001-01-01", "H57@9999-12-31", "H57@2025-07-01", "46@2025-07-01", "bnVsbA", "W10", "WyIiLCIiXQ", CANARY),
)  # fmt: skip
DRAWN = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; `note` says how it came to be."""

    method: str
    path: str
    note: str = ""
    query: str = ""
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Judge:
    """Sends requests, and keeps what a service should not have answered."""

    api: Api
    faults: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    async def ask(self, asked: Asked, token: str = "") -> None:
        """Sends one, as somebody."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        url = URL(self.api.url + asked.path + (f"?{asked.query}" if asked.query else ""), encoded=True)
        headers |= asked.headers
        async with self.api.session.request(asked.method, url, data=asked.body, headers=headers) as answer:
            raw = await answer.read()
            fault = wrong_with(answer.status, answer.content_type, raw)
            self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        if fault:
            shown = (asked.body or b"")[:300]
            self.faults.append(f"{fault}: {asked.method} {asked.path[:120]}?{asked.query[:120]} {shown!r} {asked.note}")


def wrong_with(status: int, kind: str, raw: bytes) -> str:
    """What is wrong with an answer; nothing with a success or a problem that has a page."""
    if status < 400:
        return ""
    if status >= 500:
        return f"{status} {raw[:200]!r}"
    try:
        problem = json.loads(raw)
    except ValueError:
        return f"{status} is no JSON: {raw[:80]!r}"
    if kind != "application/problem+json":
        return f"{status} is {kind}"
    if problem.get("code") not in PROBLEMS:
        return f"{status} has the code {problem.get('code')}"
    return "" if problem.get("vi") and problem.get("en") and problem["status"] == status else f"{status} says {problem}"


def drawn(service: str) -> Iterator[tuple[Case, int]]:
    """Requests that the OpenAPI of a service allows, numbered within their operation."""
    schema = schemathesis.openapi.from_dict(json.loads((FOLDER / f"{service}.openapi.json").read_text("utf-8")))
    for result in schema.get_all_operations():
        found: list[Case] = []
        drawing = given(result.ok().as_strategy(generation_mode=GenerationMode.POSITIVE))
        DRAWN(drawing(_collector(found)))()
        yield from zip(found, range(len(found)), strict=True)


def _collector(found: list[Case]) -> Callable[[Case], None]:
    def collect(case: Case) -> None:
        found.append(case)

    return collect


def requests_of(service: str, known: Sequence[str]) -> Iterator[Asked]:
    """Those requests, with ids that exist in every other one, and each spoiled in several places."""
    chance = random.Random(1169)
    for case, number in drawn(service):
        path = case.path
        for name, value in case.path_parameters.items():
            exists = known and number % 2 == 0
            path = path.replace(f"{{{name}}}", chance.choice(known) if exists else str(value))
        key = {"idempotency-key": f"bad-input-{chance.getrandbits(60):x}"}
        query = urlencode({name: value for name, value in case.query.items() if value is not None}, doseq=True)
        if case.body is NOT_SET:
            asked = Asked(case.method, path, query=query, headers=key)
            yield asked
            spoilable = {name: chance.choice(NASTY) for name in case.query}
            yield replace(asked, query=urlencode(spoilable, doseq=True, errors="replace"), note="query spoiled")
            continue
        asked = Asked(case.method, path, query=query, headers=key | {"content-type": JSON})
        body = plausible(case.body, chance, known)
        yield replace(asked, body=json.dumps(body).encode())
        for _ in range(SPOILED):
            again = {**asked.headers, "idempotency-key": f"bad-input-{chance.getrandbits(60):x}"}
            yield replace(asked, body=json.dumps(spoiled(body, chance)).encode(), headers=again)


def plausible(value: Any, chance: random.Random, known: Sequence[str]) -> Any:
    """The same body with ids and days that mean something, so that it comes further than the door."""
    if isinstance(value, dict):
        return {name: plausible(_known(name, one, known), chance, known) for name, one in value.items()}
    if isinstance(value, list):
        return [plausible(one, chance, known) for one in value[:5]]
    if isinstance(value, str) and value[-11:-10] == "@":
        return chance.choice(["H57@2025-07-01", "G06@2025-03-01", "46@2025-07-01", "19813@2025-07-01", value])
    return value


def _known(name: str, value: Any, known: Sequence[str]) -> Any:
    if name == "expected_version":
        return 1
    if name in ("id", "ids", "task_ids", "merge_ids", "parent_id", "plan_id") and known and value:
        return list(known[:3]) if isinstance(value, list) else known[0] if isinstance(value, str) else value
    return value


def spoiled(value: Any, chance: random.Random) -> Any:
    """The body with one value, wherever it stands, in place of which something nasty is."""
    places = list(_places(value))
    if not places:
        return chance.choice(NASTY)
    wanted = chance.choice(places)
    return _with(value, wanted, chance.choice(NASTY))


def _places(value: Any, where: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        yield (*where, name)
        yield from _places(one, (*where, name))


def _with(value: Any, where: tuple[str | int, ...], new: object) -> Any:
    if not where:
        return new
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[where[0]] = _with(value[where[0]], where[1:], new)
    return changed


def abused(path: str, valid: Mapping[str, Any], token: str) -> Iterator[Asked]:
    """What no OpenAPI describes, sent to an address that takes JSON: broken bytes, headers, encodings and paths."""
    as_json = {"content-type": JSON, "idempotency-key": "bad-input-abused"}
    good = json.dumps(valid).encode()
    asked = Asked("POST", path, headers=as_json, body=good)
    for note, body in bodies(good):
        yield replace(asked, body=body, note=note)
    for note, changed in headers(token):
        yield replace(asked, headers=as_json | changed, note=note)
    for encoding in ("gzip", "br", "deflate", "identity, gzip"):
        yield replace(asked, body=BOMB, headers=as_json | {"content-encoding": encoding}, note=f"bomb, {encoding}")
    for odd in (
        "%00",
        "%ff%fe",
        "%ed%a0%80",
        "..%2f..%2fetc",
        "a%0d%0ab",
        "%252e",
        "x" * 4000,
        "$where",
        "%7B%7D",
        " %20",
    ):
        at = path.split(":")[0]
        yield replace(asked, path=f"{at}/{odd.strip()}:edit", note="odd id")
        yield Asked("GET", f"{at}/{odd.strip()}", note="odd id")
    for query in ("a=" + "x" * 40_000, "&" * 5_000, "first=%ff", "first=" + "9" * 5_000, "after=%00", "=%ed%a0%80"):
        yield replace(asked, query=query, note="odd query")
        yield Asked("GET", at, query=query, note="odd query")


def strange_days() -> Iterator[Asked]:
    """Questions about every figure on days at the ends of the calendar and outside the program's own."""
    for measure in MeasureCode:
        for day in ("0001-01-01", "1900-01-01", "2999-12-31", "9999-12-31"):
            cell = {"measure": measure, "scope": {"kind": "program"}, "as_of": day}
            known = [{"known_at": f"{day}T{clock}"} for clock in ("00:00:00+14:00", "23:59:59-14:00")]
            for path, asked in (
                *(("/v1/figures:batch", {"cells": [cell | more]}) for more in ({}, *known)),
                ("/v1/figures:items", {"cell": cell}),
                ("/v1/figures:trend", {"trends": [{"cell": cell, "days": [day, "2026-01-01"]}]}),
                ("/v1/figures:breakdown", {"cell": cell, "by": "body"}),
            ):
                yield Asked("POST", path, "day", body=json.dumps(asked).encode(), headers={"content-type": JSON})


def bodies(good: bytes) -> Iterator[tuple[str, bytes]]:
    """Bytes that are no JSON, or JSON that one should not take."""
    name = good[1:].partition(b":")[0]
    yield from {
        "empty": b"",
        "deep arrays": DEEP,
        "deep objects": b'{"a":' * 100_000,
        "deep and closed": b"[" * 50_000 + b"]" * 50_000,
        "invalid UTF-8": b"{" + name + b':"\xff\xfe"}',
        "UTF-16": good.decode().encode("utf-16"),
        "byte order mark": b"\xef\xbb\xbf" + good,
        "NUL": good + b"\0",
        "lone surrogate": b"{" + name + b':"\\ud800"}',
        "lone surrogate as a name": b'{"\\udfff":1}',
        "1e400": b"{" + name + b":1e400}",
        "NaN": b"{" + name + b":NaN}",
        "duplicate": b"{" + name + b":1," + good[1:],
        "giant": b"{" + name + b":" + b"9" * 20_000 + b"}",
        "giant version": good[:-1] + b',"expected_version":' + b"9" * 25 + b"}",
        "array": b"[" + good + b"]",
        "text": b'"' + CANARY.encode() + b'"',
        "canary": b'{"' + CANARY.encode() + b'":"' + CANARY.encode() + b'"}',
        "canary inside": b"{" + name + b':{"a":["' + CANARY.encode() + b'"]}}',
        "broken": b"{" + name + b':"' + CANARY.encode(),
        "long": b" " * 2_000_000,
        "many names": json.dumps({f"n{at}": at for at in range(20_000)}).encode(),
    }.items()


def headers(token: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Headers that a client should not send."""
    head, _, tail = token.partition(".")
    for kind in (
        *("", "text/plain", "application/json; charset=utf-16", "multipart/form-data", "a" * 3_000, "\xe9"),
        *("application/x-www-form-urlencoded", "application/json/x", "application/cloudevents+json"),
        *("application/cloudevents-batch+json", "application/x-ndjson"),
    ):
        yield f"content type {kind[:40]}", {"content-type": kind}
    for key in (
        "",
        "short",
        "x" * 65,
        "k" * 9_000,
        "\xe9" * 12,
        "a b c d e f g",
        "'; drop",
        "../../../..",
        "\xb2" * 10,
    ):
        yield "idempotency key", {"idempotency-key": key}
    for value in (
        *("Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "Bearer ....", "bearer \xff", "Bearer " + "x" * 9_000),
        *(
            f"Bearer {part}.{tail}"
            for part in ("W10", "e30", "bnVsbA", "eyJhbGciOiJub25lIn0", "MQ", "_w", "W1tb" * 4_000)
        ),
        *(f"Bearer {head}.{part}" for part in ("e30.e30", "W10.AA", "..", "bnVsbA.")),
        f"Bearer {token}, Bearer {token}",
    ):
        yield f"authorization {value[:30]}", {"authorization": value}
    for value in (
        "",
        "00",
        "00-" + "0" * 32 + "-" + "0" * 16 + "-01",
        "\xff" * 55,
        "00-" + "g" * 32,
        "x" * 9_000,
        CANARY[:12],
    ):
        yield "traceparent", {"traceparent": value}
    yield "expect", {"expect": "nothing"}
    yield "range", {"range": "bytes=-9999999999999999999999"}


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged inside, as the services write it."""
    written = io.StringIO()
    before, handler = structlog.get_config(), logging.StreamHandler(written)
    structlog.configure(
        processors=logs.processors("test"),
        logger_factory=structlog.WriteLoggerFactory(file=written),
        cache_logger_on_first_use=False,
    )
    logging.getLogger().addHandler(handler)
    try:
        yield written
    finally:
        logging.getLogger().removeHandler(handler)
        structlog.configure(**before)


async def survives(
    api: Api, service: str, *, tokens: Sequence[str], known: Sequence[str], forms: Mapping[str, Mapping[str, Any]]
) -> None:
    """Asserts that everything was answered as it should be, and that nothing of what was sent was written down."""
    judge = Judge(api)
    with logged() as written:
        for number, asked in enumerate(requests_of(service, known)):
            await judge.ask(asked, tokens[number % len(tokens)])
        for asked in strange_days():
            await judge.ask(asked, tokens[0])
        for path, valid in forms.items():
            for asked in abused(path, valid, tokens[0]):
                await judge.ask(asked, tokens[0])
    assert judge.faults == [], "\n".join(judge.faults[:40]) + written.getvalue()[-6000:]
    assert CANARY not in written.getvalue()
    assert judge.statuses.get(200, 0) > 20, judge.statuses
