"""Tasks and publications through the service's own API, up to the figure of T2 and the erasure of a secret."""

from datetime import UTC, datetime
from typing import Any

import orjson
from bson import json_util

from chassis.mongo import Database
from chassis.outbox import Outbox
from contracts.outreach.outreach_events import Entry, EventState, OutreachEventRecorded, OutreachEventRetracted
from contracts.vocabulary import OutreachChannel
from reference import catalog
from reference.resources import Resources
from services.tasks.reactions import subscriptions
from tests.running_service import Api
from tests.scans import WATCHER

G06, H57 = "G06@2025-03-01", "H57@2025-07-01"
REASON = "Bài không nói về nhiệm vụ này"


def given(code: str, **changes: object) -> dict[str, object]:
    """A task as its officer enters it."""
    return {
        "is_unclassified": True,
        "scheme": "KC.01/21-30",
        "code": code,
        "title": {"vi": f"Nghiên cứu cảm biến {code}"},
        "level": "national",
        "form": "project",
        "fields": ["2"],
        "state": "under_way",
        "managing_body_id": G06,
        "hosts": [{"name": "Đại học Huế", "body_id": H57}],
        "funding": [
            {"name": "Ngân sách", "is_state_budget": True, "amount": 3},
            {"name": "DN", "is_state_budget": False, "amount": 1},
        ],
        "ends_on": "2027-12-31",
        **changes,
    }  # fmt: skip


def article(task_ids: list[str], number: int, group: str = "mass_media", **changes: object) -> dict[str, object]:
    """A publication as its officer enters it."""
    return {
        "title": f"Bài {number}",
        "url": f"https://bao.example.vn/{number}",
        "outlet": "Báo Huế",
        "channel_group": group,
        "published_on": "2026-03-01",
        "task_ids": task_ids,
        **changes,
    }


async def figure(tasks: Api, kind: str, scope: str | None, measure: str = "TASK_COMMUNICATED") -> tuple[int, int]:
    """Numerator and denominator now."""
    cells = [{"measure": measure, "scope": {"kind": kind, "id": scope}}]
    found = (await tasks.call("/v1/figures:batch", {"cells": cells}))["figures"][0]
    return found["numerator"], found["denominator"]


async def test_what_was_known_earlier_is_refused_for_its_cell_alone(tasks: Api) -> None:
    now = {"measure": "TASK_COMMUNICATED", "scope": {"kind": "program"}}
    then = {**now, "known_at": "2026-01-01T00:00:00Z"}
    answer = await tasks.call("/v1/figures:batch", {"cells": [now, then, now]})
    assert [figure is None for figure in answer["figures"]] == [False, True, False]
    assert [(refusal["position"], refusal["code"]) for refusal in answer["refusals"]] == [(1, "known-at-unsupported")]
    assert (await tasks.send("/v1/figures:items", {"cell": then}))[0] == 422


async def test_a_task_is_told_when_a_publication_is_verified(tasks: Api) -> None:
    before = {scope: await figure(tasks, *scope) for scope in (("program", None), ("body", G06), ("body", H57))}
    task = await tasks.call("/v1/tasks", given("A1"), as_="officer")
    assert task["state_budget_share"] == 0.75
    for scope, (numerator, denominator) in before.items():
        assert await figure(tasks, *scope) == (numerator, denominator + 1)
    assert (await tasks.call("/v1/tasks:batch-get", {"ids": [task["id"]]}))["rows"] == [None]
    again = await tasks.refused("/v1/tasks", given(" a1 ", scheme="kc.01/21-30"), as_="officer")
    assert again == (422, ["CODE_TAKEN"])

    publication = await tasks.call("/v1/publications", article([task["id"]], 1), as_="officer")
    assert publication["state"] == "pending"
    copy = article([task["id"]], 1, url="http://www.bao.example.vn/1#top")
    assert (await tasks.refused("/v1/publications", copy, as_="officer"))[1] == ["DUPLICATE_PUBLICATION"]
    path = f"/v1/publications/{publication['id']}"
    assert (await tasks.refused(f"{path}:verify", {"expected_version": 1}, as_="officer"))[0] == 403
    shown = (await tasks.call("/v1/tasks:batch-get", {"ids": [task["id"]]}, as_="hue"))["rows"][0]
    assert (shown["communication"]["pending_count"], shown["communication"]["is_communicated"]) == (1, False)
    verified = await tasks.call(f"{path}:verify", {"expected_version": 1}, as_="approver")
    assert verified["state"] == "verified"
    public = (await tasks.call("/v1/tasks:batch-get", {"ids": [task["id"]]}))["rows"][0]
    assert public["communication"]["groups"] == ["mass_media"] and public["may"] == []
    for scope, (numerator, denominator) in before.items():
        assert await figure(tasks, *scope) == (numerator + 1, denominator + 1)
    assert (await figure(tasks, "body", H57, "TASK_COMMUNICATED_ALL_GROUPS"))[0] == 0
    for number, group in ((2, "digital_platform"), (3, "social_network")):
        other = await tasks.call("/v1/publications", article([task["id"]], number, group), as_="officer")
        await tasks.call(f"/v1/publications/{other['id']}:verify", {"expected_version": 1}, as_="coordinator")
    assert (await figure(tasks, "body", H57, "TASK_COMMUNICATED_ALL_GROUPS"))[0] == 1


async def test_officers_record_and_approvers_judge(tasks: Api) -> None:
    task = await tasks.call("/v1/tasks", given("A2"), as_="officer")
    assert (await tasks.refused("/v1/publications", article([task["id"]], 20), as_="approver"))[0] == 403
    publication = await tasks.call("/v1/publications", article([task["id"]], 20), as_="officer")
    path = f"/v1/publications/{publication['id']}"
    rejected = await tasks.call(f"{path}:reject", {"expected_version": 1, "reason": REASON}, as_="hue_approver")
    assert (rejected["state"], rejected["state_reason"]["vi"]) == ("rejected", REASON)
    assert await tasks.refused(f"{path}:verify", {"expected_version": 2}, as_="approver") == (409, ["STATE_CONFLICT"])


async def test_a_task_counts_only_with_state_money_from_its_approval_on(tasks: Api) -> None:
    start = await figure(tasks, "body", G06)
    proposed = await tasks.call("/v1/tasks", given("A3", state="proposed"), as_="officer")
    private = [{"name": "DN", "is_state_budget": False, "amount": 5}]
    await tasks.call("/v1/tasks", given("A4", funding=private), as_="officer")
    await tasks.call("/v1/tasks", given("A5", starts_on="2023-01-01", ends_on="2025-06-15"), as_="officer")
    assert await figure(tasks, "body", G06) == start
    approved = {"expected_version": 1, "state": "approved"}
    await tasks.call(f"/v1/tasks/{proposed['id']}:edit", approved, as_="officer")
    assert await figure(tasks, "body", G06) == (start[0], start[1] + 1)
    terminated = {"expected_version": 2, "state": "terminated"}
    await tasks.call(f"/v1/tasks/{proposed['id']}:edit", terminated, as_="officer")
    assert await figure(tasks, "body", G06) == (start[0], start[1] + 1)
    wanted = {"is_eligible": True, "is_communicated": False, "body_ids": [G06]}
    page = (await tasks.call("/v1/tasks:batch-list", {"lists": [{"filter": wanted}]}, as_="officer"))["pages"][0]
    assert proposed["id"] in [row["id"] for row in page["rows"]]
    hidden = (await tasks.call("/v1/tasks:batch-list", {"lists": [{"filter": wanted, "with_total": True}]}))["pages"][0]
    assert (hidden["rows"], hidden["total"]) == ([], 0)


def reaction(database: Database, kind: str) -> Any:
    """The reaction to a type of message."""
    resources = Resources(database, Outbox("tasks"), catalog.default())
    return {entry.type: entry for entry in subscriptions(resources)}[kind].reaction


def event(event_id: str, task_ids: tuple[str, ...], evidence: str | None) -> OutreachEventRecorded:
    """An outreach event that names tasks."""
    now = datetime(2026, 3, 1, 5, tzinfo=UTC)
    return OutreachEventRecorded(
        id=event_id, source="H57", event_id=event_id, state=EventState.CURRENT, entry=Entry.SYSTEM,
        province_id="46@2025-07-01", commune_ids=(), channel=OutreachChannel.NEWSPAPER, heard_keys=(),
        content_key=None, themes=(), audiences=(), fields=(), language="vi", occurred_at=now,
        occurred_on=now.date(), recorded_at=now, duration_seconds=None, reach=None, is_counted=True,
        title="Báo viết về nhiệm vụ", evidence_url=evidence, activity_id=None, task_ids=task_ids, honor_id=None,
    )  # fmt: skip


async def test_outreach_with_evidence_becomes_a_pending_publication_by_itself(
    tasks: Api, tasks_database: Database
) -> None:
    task = await tasks.call("/v1/tasks", given("A6"), as_="officer")
    box = Outbox("outreach")
    told = event("e1", (task["id"], "unknown"), "https://bao.example.vn/e1")
    silent = event("e2", (task["id"],), None)
    for data in (told, silent):
        message = box.message(data, subject=data.id, sequence=1)
        await tasks_database.transaction(lambda tx, m=message: reaction(tasks_database, m.type)(tx, m))
    lists = [{"filter": {"task_id": task["id"]}}]
    page = (await tasks.call("/v1/publications:batch-list", {"lists": lists}, as_="officer"))["pages"][0]
    (made,) = page["rows"]
    assert (made["state"], made["channel_group"], made["outreach_event_id"]) == ("pending", "mass_media", "e1")
    assert (made["task_ids"], made["published_on"]) == ([task["id"]], "2026-03-01")
    retracted = OutreachEventRetracted(**told.model_dump(exclude={"corrects"}))
    message = box.message(retracted, subject="e1", sequence=2)
    await tasks_database.transaction(lambda tx: reaction(tasks_database, message.type)(tx, message))
    after = (await tasks.call("/v1/publications:batch-get", {"ids": [made["id"]]}, as_="officer"))["rows"][0]
    assert after["state"] == "rejected"


CANARY = "canary7f3a"


async def everything_in(database: Database) -> bytes:
    """The whole database as text."""
    names = await database._inner.list_collection_names()
    with WATCHER.caught():  # it is meant to read everything
        rows = {name: await database.collection(name).find({}) for name in names if not name.startswith("system")}
    return orjson.dumps(orjson.loads(json_util.dumps(rows)))


async def test_a_task_that_is_not_declared_open_leaves_nothing(
    tasks: Api, tasks_database: Database, capfd: Any
) -> None:
    for word in ({"is_unclassified": False}, {"is_unclassified": None}):
        secret = given(CANARY, title={"vi": f"Mật {CANARY}"}, **word)
        key = f"key-{CANARY}-{len(str(word))}"
        assert await tasks.refused("/v1/tasks", secret, as_="officer", key=key) == (422, ["CLASSIFICATION_REQUIRED"])
    missing = {name: value for name, value in given(CANARY).items() if name != "is_unclassified"}
    assert await tasks.refused("/v1/tasks", missing, as_="officer") == (422, ["CLASSIFICATION_REQUIRED"])
    assert CANARY.encode() not in await everything_in(tasks_database)
    async with tasks.session.get(tasks.url + "/metrics") as answer:
        assert CANARY not in await answer.text()
    assert CANARY not in "".join(capfd.readouterr())


async def test_a_classified_task_leaves_no_trace(tasks: Api, tasks_database: Database, capfd: Any) -> None:
    secret = given(
        f"{CANARY}-code", title={"vi": f"Tên {CANARY}"}, summary={"vi": f"Tóm tắt {CANARY}"}, scheme=f"{CANARY}-scheme",
        hosts=[{"name": f"Viện {CANARY}", "body_id": None}],
        funding=[{"name": f"Quỹ {CANARY}", "is_state_budget": True, "amount": 7}],
    )  # fmt: skip
    before = await figure(tasks, "body", G06)
    other = await tasks.call("/v1/tasks", given("A7"), as_="officer")
    task = await tasks.call("/v1/tasks", secret, as_="officer")
    task_id = task["id"]
    own = article([task_id], 30, title=f"Bài {CANARY}", outlet=f"Báo {CANARY}", url=f"https://x.vn/{CANARY}")
    alone = await tasks.call("/v1/publications", own, as_="officer")
    both = await tasks.call("/v1/publications", article([task_id, other["id"]], 31), as_="officer")
    for publication in (alone, both):
        await tasks.call(f"/v1/publications/{publication['id']}:verify", {"expected_version": 1}, as_="approver")
    await tasks.call(f"/v1/tasks/{task_id}:edit", {"expected_version": 1, "state": "accepted"}, as_="officer")
    assert CANARY.encode() in await everything_in(tasks_database)
    assert await figure(tasks, "body", G06) == (before[0] + 2, before[1] + 2)

    # Nobody without the role; and to who has it every answer is the same, there or not.
    assert (await tasks.refused(f"/v1/tasks/{task_id}:classify", {}, as_="officer"))[0] == 403
    assert await tasks.send(f"/v1/tasks/{task_id}:classify", {}, as_="hue_approver") == (200, {})
    nothing = await tasks.send("/v1/tasks/never-was:classify", {}, as_="approver")
    assert nothing == await tasks.send(f"/v1/tasks/{task_id}:classify", {}, as_="approver") == (200, {})

    left = await everything_in(tasks_database)
    assert CANARY.encode() not in left
    absent = await tasks.send("/v1/tasks/never-was:edit", {"expected_version": 1}, as_="officer")
    gone = await tasks.send(f"/v1/tasks/{task_id}:edit", {"expected_version": 1}, as_="officer")
    assert absent == gone and absent[0] == 404
    ids = [task_id, alone["id"]]
    assert (await tasks.call("/v1/tasks:batch-get", {"ids": ids}, as_="coordinator"))["rows"] == [None, None]
    assert (await tasks.call("/v1/publications:batch-get", {"ids": ids}, as_="coordinator"))["rows"] == [None, None]
    kept = (await tasks.call("/v1/publications:batch-get", {"ids": [both["id"]]}))["rows"][0]
    assert kept["task_ids"] == [other["id"]]
    assert await figure(tasks, "body", G06) == (before[0] + 1, before[1] + 1)
    # Its code is free again, as if it had never been.
    free = given(f"{CANARY}-code", scheme=f"{CANARY}-scheme", state="proposed")
    anew = await tasks.call("/v1/tasks", free, as_="officer")
    assert await tasks.send(f"/v1/tasks/{anew['id']}:classify", {}, as_="approver") == (200, {})
    async with tasks.session.get(tasks.url + "/metrics") as answer:
        assert CANARY not in await answer.text()
    assert CANARY not in "".join(capfd.readouterr())
    with WATCHER.caught():
        seals = await tasks_database.collection("sealed_stubs").find({})
    assert [set(seal) for seal in seals][-1] == {"_id", "body_id", "registered_on", "classified_on", "recorded_at"}
    assert task_id not in str(seals)
