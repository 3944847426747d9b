"""Proof of a claim, texts and documents as people enter them."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry

from contracts.changes import EvidenceView
from contracts.vocabulary import SubjectRef
from gateway.context import Context
from gateway.execution.batching import relation
from gateway.schema.ids import parsed
from gateway.schema.node_reader import read_subjects
from gateway.schema.scalars import URL, IdempotencyKey
from gateway.schema.shared import Node


@strawberry.enum
class LinkStatus(Enum):
    """Whether a page can still be read."""

    UNCHECKED = "unchecked"
    ALIVE = "alive"
    DEAD = "dead"


async def _subjects(rows: list[EvidenceView], context: Context) -> Sequence[Any]:
    return await read_subjects(context, [(row.subject.type, row.subject.id) if row.subject else None for row in rows])


def _link_status(row: strawberry.Parent[EvidenceView]) -> LinkStatus | None:
    return LinkStatus.UNCHECKED if row.url else None


@strawberry.type
class Evidence:
    """Proof of a claim: a page on the web or an object of this graph."""

    title: str | None
    url: URL | None
    content_hash: str | None
    link_status: LinkStatus | None = strawberry.field(resolver=_link_status)
    subject: Node | None = relation(_subjects)
    added_at: datetime


@strawberry.input
class EvidenceInput:
    """Exactly one of `url` and `subjectId`."""

    title: str | None = None
    url: URL | None = None
    subject_id: strawberry.ID | None = None


@strawberry.input
class LocalizedTextInput:
    """Vietnamese always, English where there is one."""

    vi: str
    en: str | None = None


@strawberry.input
class DocumentInput:
    """A signed document."""

    number: str
    signed_on: date
    url: URL | None = None


@strawberry.input
class RevokeInput:
    """A step back that needs a signed document."""

    idempotency_key: IdempotencyKey
    id: strawberry.ID
    expected_version: int
    reason: str
    document: DocumentInput


def words(given: LocalizedTextInput | None) -> dict[str, str | None] | None:
    """A text for a request of a service."""
    return None if given is None else {"vi": given.vi, "en": given.en}


def document(given: DocumentInput) -> dict[str, Any]:
    """A document for a request of a service."""
    return {"number": given.number, "signed_on": given.signed_on, "url": given.url}


def proofs(given: list[EvidenceInput]) -> list[dict[str, Any]]:
    """Evidence for a request of a service."""
    return [{"title": one.title, "url": one.url, "subject": _subject(one.subject_id)} for one in given]


def _subject(node_id: strawberry.ID | None) -> SubjectRef | None:
    found = parsed(node_id) if node_id else None
    return SubjectRef(type=found[0], id=found[1]) if found else None
