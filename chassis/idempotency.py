"""Idempotency keys (IETF draft idempotency-key-header): one intended change happens once, however often it is sent.

A key is claimed first, under a lease of 30 s, and completed inside the transaction of the change itself. What is kept
of an outcome is ids, version and refusal codes for 24 hours: a repetition is answered by reading as the viewer.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import orjson

from chassis import clock, ids
from chassis.identity import Viewer
from chassis.mongo import ASCENDING, Database, DuplicateKeyError, IndexModel, Transaction
from chassis.problems import Kind, Problem

COLLECTION = "idempotency_keys"
KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=30)
INDEXES = (IndexModel([("at", ASCENDING)], name="expiry", expireAfterSeconds=int(KEPT.total_seconds())),)


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that this request may use. `outcome` is set when the change was made before: its ids, to be read again."""

    key: str
    body_digest: str
    outcome: Mapping[str, str] | None = None

    async def complete(self, transaction: Transaction, outcome: Mapping[str, str]) -> None:
        """Inside the change's own transaction: keeps what was done under the key.

        Raises `idempotency-key-in-flight` when this request outlived its claim and a repetition was quicker.
        """
        open_claim = {"_id": self.key, "digest": self.body_digest, "outcome": None}
        done = {"$set": {"at": clock.now(), "outcome": dict(outcome)}}
        if not await transaction.collection(COLLECTION).update_one(open_claim, done):
            raise _in_flight()


def digest(body: object) -> str:
    """What makes two requests the same: the SHA-256 of their JSON with sorted keys."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


async def claim(database: Database, viewer: Viewer, key: str | None, body: object) -> Claim:
    """Claims `key` for this viewer and request.

    Raises the problems `idempotency-key-missing` (400), `idempotency-key-reused` (422, another body) and
    `idempotency-key-in-flight` (409, the first request is still running).
    """
    if not key or not 8 <= len(key) <= 64 or not all(c.isalnum() or c in "-_" for c in key):
        raise _missing()
    name, body_digest = f"{viewer.subject}|{key}", digest(body)
    rows = database.collection(COLLECTION)
    fresh = {"_id": name, "digest": body_digest, "at": clock.now(), "by": ids.random_id(), "outcome": None}
    try:
        await rows.insert_one(fresh)
        return Claim(name, body_digest)
    except DuplicateKeyError:
        known = await rows.find_one({"_id": name})
    if known is None:  # it was released between the two calls
        return await claim(database, viewer, key, body)
    if known.get("by") == fresh["by"]:  # the driver sent our own insert twice
        return Claim(name, body_digest)
    if known["digest"] != body_digest:
        raise _reused()
    if known["outcome"] is not None:
        return Claim(name, body_digest, known["outcome"])
    if known["at"] + LEASE > clock.now():
        raise _in_flight()
    if (
        await rows.update_one(
            {"_id": name, "at": known["at"], "outcome": None}, {"$set": {"at": fresh["at"], "by": fresh["by"]}}
        )
        == 0
    ):
        raise _in_flight()
    return Claim(name, body_digest)


async def release(database: Database, claimed: Claim) -> None:
    """Gives a key up after a refusal, so that the mended request may use it."""
    await database.collection(COLLECTION).delete_one({"_id": claimed.key, "outcome": None})


def _missing() -> Problem:
    return Problem(
        "idempotency-key-missing",
        Kind.INVALID,
        vi="Thiếu tiêu đề Idempotency-Key (8 đến 64 chữ, số, '-' hoặc '_').",
        en="The header Idempotency-Key is missing or malformed (8 to 64 letters, digits, '-' or '_').",
    )


def _reused() -> Problem:
    return Problem(
        "idempotency-key-reused",
        Kind.REFUSED,
        vi="Idempotency-Key này đã dùng cho một yêu cầu khác.",
        en="This Idempotency-Key was used with another request.",
    )


def _in_flight() -> Problem:
    return Problem(
        "idempotency-key-in-flight",
        Kind.CONFLICT,
        vi="Yêu cầu đầu tiên với Idempotency-Key này còn đang chạy.",
        en="The first request with this Idempotency-Key is still running.",
        retry_after=1,
    )
