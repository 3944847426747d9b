"""What one intake transaction costs against `insert_many` of the same rows alone, in batches and in single posts.

`python -m tests.bench.bench_intake [MONGO_URL]` prints medians of interleaved rounds as JSON; without an address it
starts the first database of this machine for itself.
"""

import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from chassis import clock, ids
from chassis.documents import to_document
from chassis.group_commit import GroupCommit
from chassis.identity import Grant, Viewer
from chassis.mongo import connect
from chassis.outbox import Outbox
from contracts.outreach.outreach_events import Receipt
from lantoa.stack.engines import start_database
from lantoa.stack.ports import free_port
from reference.catalog import default
from reference.resources import Resources
from services.outreach.app import INDEXES
from services.outreach.outreach_events.commands.record import record
from services.outreach.outreach_events.domain import OutreachEvent
from services.outreach.outreach_events.store import EVENTS
from services.outreach.outreach_events.store import INDEXES as EVENT_INDEXES
from tests.services.outreach.outreach_events.test_domain import EVENT

ROUNDS, BATCH, SINGLES = 7, 500, 256
VIEWER = Viewer("emitter:H57", "H57", (Grant("emitter", "H57"),))


def events(count: int) -> list[OutreachEvent]:
    """So many different events."""
    key = "device|46@2025-07-01|bench"
    return [replace(EVENT, id=ids.random_id(), heard_keys=(key,), record="x" * 500) for _ in range(count)]


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds that the work takes."""
    started = clock.monotonic()
    await work()
    return (clock.monotonic() - started) * 1000


async def main(url: str) -> None:
    """Prints the medians."""
    real, plain = connect(url, "bench_intake"), connect(url, "bench_plain")
    await real.ensure_collections(INDEXES)
    await plain.ensure_collections(EVENT_INDEXES)
    resources = Resources(real, Outbox("outreach"), default())

    async def commit(group: Sequence[OutreachEvent]) -> Sequence[Receipt]:
        return await record(resources, VIEWER, group)

    groups: GroupCommit[OutreachEvent, Receipt] = GroupCommit(commit)
    insert_one, insert_many = plain.collection(EVENTS).insert_one, plain.collection(EVENTS).insert_many
    found: dict[str, list[float]] = {"batch": [], "insert_many": [], "singles": [], "insert_one": []}
    for _ in range(ROUNDS):
        batch, singles = events(BATCH), events(SINGLES)
        rows = [to_document(event) for event in events(BATCH)]
        ones = [to_document(event) for event in events(SINGLES)]
        found["batch"].append(await timed(lambda batch=batch: record(resources, VIEWER, batch)))
        found["insert_many"].append(await timed(lambda rows=rows: insert_many(rows)))
        found["singles"].append(await timed(lambda some=singles: asyncio.gather(*map(groups.add, some))))
        found["insert_one"].append(await timed(lambda some=ones: asyncio.gather(*map(insert_one, some))))
    median = {name: statistics.median(values) for name, values in found.items()}
    ratios = {
        "batch_of_500_to_insert_many": median["batch"] / median["insert_many"],
        "256_single_posts_to_insert_one": median["singles"] / median["insert_one"],
    }
    sys.stdout.write(json.dumps({"milliseconds": median, "ratios": ratios}, indent=1) + "\n")
    await real.drop()
    await plain.drop()


def measured(url: str | None) -> None:
    """Measures on the database at `url`, or on one started for this."""
    if url:
        asyncio.run(main(url))
        return
    with tempfile.TemporaryDirectory() as folder:
        engine = start_database(Path(folder), free_port())
        try:
            asyncio.run(main(engine.url))
        finally:
            engine.stop()


if __name__ == "__main__":
    measured(sys.argv[1] if len(sys.argv) > 1 else None)
