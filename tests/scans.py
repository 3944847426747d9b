"""A watcher of every query that the tests and the services under test send: an index must answer each of them.

It works on any engine, also on those that can neither refuse a collection scan nor explain a plan.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient, monitoring
from pymongo.errors import OperationFailure, PyMongoError

from tests.answered import Filter, Index, is_answered, shape

READ_WHOLE = {  # collection that may be read as a whole → why
    "emitters": "one row for each provincial system, of which there are 34",
    "population_series": "one row for each import of a series, a few a year",
}


@dataclass(frozen=True)
class Query:
    """One filter of a command; `is_first_of` names the field by whose order it reads no further than a limit."""

    collection: str
    where: Filter
    is_first_of: str = ""


def queries_of(name: str, command: Mapping[str, Any]) -> list[Query]:
    """The queries that a command makes; none where it is no question."""
    collection = command.get(name)
    if not isinstance(collection, str):
        return []
    if name in ("update", "delete"):
        return [Query(collection, each["q"]) for each in command.get(f"{name}s", ())]
    if name == "aggregate":
        stages = list(command["pipeline"])
        return [Query(collection, stages[0].get("$match", {}) if stages else {})]
    if name == "find":
        order = next(iter(command.get("sort") or ()), "") if command.get("limit") else ""
        return [Query(collection, command.get("filter", {}), order)]
    if name in ("findAndModify", "distinct") or (name == "count" and command.get("query")):
        return [Query(collection, command.get("query", {}))]
    return []


class Watcher(monitoring.CommandListener):
    """Looks at each command when it starts. `found` holds what no index answers; another process writes a report."""

    def __init__(self, report: Path | None = None, *, url: str = "") -> None:
        self.found: dict[str, str] = {}  # what → the test or the process that asked it first
        self.url = url  # where a server wants more than its address
        self._report = report
        self._clients: dict[str, MongoClient[dict[str, Any]]] = {}
        self._indexes: dict[tuple[Any, str, str], list[Index]] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Judges the queries of a command."""
        for query in queries_of(event.command_name, event.command):
            place = (event.connection_id, event.database_name, query.collection)
            if not self._is_fine(query, self._indexes.get(place, [])) and not self._is_fine(query, self._read(place)):
                self._note(f"{query.collection}: {event.command_name} {shape(query.where)}")

    def _note(self, what: str) -> None:
        if self._report is None:
            self.found.setdefault(what, os.environ.get("PYTEST_CURRENT_TEST", "between tests"))
        elif what not in self.found:
            self.found[what] = " ".join(sys.orig_argv[1:])
            with self._report.open("a", encoding="utf-8") as file:
                file.write(f"{what}\t{self.found[what]}\n")

    def read(self, report: Path) -> None:
        """Adds what other processes found."""
        for line in report.read_text("utf-8").splitlines() if report.exists() else ():
            what, asker = line.split("\t")
            self.found.setdefault(what, asker)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to do."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to do."""

    def _is_fine(self, query: Query, indexes: Sequence[Index] | None) -> bool:
        if indexes is None or is_answered(query.where, indexes):
            return True
        if query.where:
            return False
        return query.collection in READ_WHOLE or query.is_first_of in {index.first for index in indexes}

    def _read(self, place: tuple[Any, str, str]) -> list[Index] | None:
        """The indexes that are there now; None where there is no collection, which cannot be scanned."""
        (host, port), database, collection = place
        url = self.url or f"mongodb://{host}:{port}/?directConnection=true"
        if url not in self._clients:
            self._clients[url] = MongoClient(url, serverSelectionTimeoutMS=3000, socketTimeoutMS=3000)
        try:
            rows = list(self._clients[url][database][collection].list_indexes())
        except PyMongoError:
            return None
        self._indexes[place] = [Index.of(row) for row in rows]
        return self._indexes[place] or None

    def close(self) -> None:
        """Closes its own connections."""
        for client in self._clients.values():
            client.close()

    @contextmanager
    def caught(self) -> Iterator[dict[str, str]]:
        """What is found inside is handed over and does not fail the run."""
        before, self.found = self.found, {}
        try:
            yield self.found
        finally:
            self.found = before


WATCHER = Watcher()
WATCHED = Path(__file__).parent / "watched"


def watched(report: Path) -> dict[str, str]:
    """What a process is told so that the watcher looks on in it and in its children, and writes `report`."""
    return {"PYTHONPATH": f"{WATCHED}{os.pathsep}{WATCHED.parent.parent}", "LANTOA_TEST_SCANS": str(report)}


def refuse_scans(url: str) -> None:
    """Has a server refuse every query that no index answers, where it can (mongod, secantusd-rs)."""
    with MongoClient[dict[str, Any]](url) as client, suppress(OperationFailure):
        client.admin.command("setParameter", 1, notablescan=True)
