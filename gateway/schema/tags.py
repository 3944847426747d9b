"""What a text, activity or event is fitted to: stage, industries, fields, audiences."""

from typing import Any, Protocol

import strawberry

from gateway.context import Info
from gateway.schema.terms import Term, terms_of
from reference.vocabularies import Vocabulary


class Tagged(Protocol):
    """A row that carries tags by their codes."""

    stage: str | None
    industries: tuple[str, ...]
    fields: tuple[str, ...]
    audiences: tuple[str, ...]


def _stage(row: strawberry.Parent[Tagged], info: Info) -> Any:
    return info.context.reference.vocabularies.term(Vocabulary.STAGE, row.stage) if row.stage else None


def _industries(row: strawberry.Parent[Tagged], info: Info) -> Any:
    return terms_of(info.context, Vocabulary.INDUSTRY, row.industries)


def _fields(row: strawberry.Parent[Tagged], info: Info) -> Any:
    return terms_of(info.context, Vocabulary.SCIENCE_FIELD, row.fields)


def _audiences(row: strawberry.Parent[Tagged], info: Info) -> Any:
    return terms_of(info.context, Vocabulary.AUDIENCE, row.audiences)


@strawberry.type
class Tags:
    """What a text, activity or event is fitted to."""

    stage: Term | None = strawberry.field(resolver=_stage)
    industries: list[Term] = strawberry.field(resolver=_industries)
    fields: list[Term] = strawberry.field(resolver=_fields)
    audiences: list[Term] = strawberry.field(resolver=_audiences)
