"""Terms of the controlled vocabularies."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

import strawberry

from gateway.context import Context, Info
from gateway.schema.connections import PageRow, page_in_memory
from gateway.schema.ids import global_id
from gateway.schema.shared import Locale, Node, is_row_of, say
from reference import vocabularies
from reference.texts import folded
from reference.vocabularies import Vocabulary

strawberry.enum(Vocabulary)


def term_key(term: vocabularies.Term) -> str:
    """The key of a term: vocabulary and code."""
    return f"{term.vocabulary}.{term.code}"


def term_by_key(context: Context, key: str) -> vocabularies.Term | None:
    """The term of a key, or null."""
    vocabulary, _, code = key.partition(".")
    if vocabulary not in Vocabulary.__members__:
        return None
    return context.reference.vocabularies.term(Vocabulary[vocabulary], code)


def terms_of(context: Context, vocabulary: Vocabulary, codes: Iterable[str]) -> list[vocabularies.Term]:
    """The terms of codes; one that no list knows any more is passed over."""
    found = (context.reference.vocabularies.term(vocabulary, code) for code in codes)
    return [term for term in found if term is not None]


def _id(term: strawberry.Parent[vocabularies.Term]) -> strawberry.ID:
    return strawberry.ID(global_id("Term", term_key(term)))


def _name(term: strawberry.Parent[vocabularies.Term], info: Info, locale: Locale | None = None) -> str:
    return say(info, term.name, locale)


def _parent(term: strawberry.Parent[vocabularies.Term], info: Info) -> Any:
    if term.parent is None:
        return None
    return info.context.reference.vocabularies.term(term.vocabulary, term.parent)


@strawberry.type
class Term(Node):
    """A word of a controlled, dated list."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    vocabulary: Vocabulary
    code: str
    name: str = strawberry.field(resolver=_name)
    parent: Annotated["Term", strawberry.lazy("gateway.schema.terms")] | None = strawberry.field(resolver=_parent)
    valid_from: date
    valid_to: date | None

    is_type_of = is_row_of(vocabularies.Term)


def terms(
    info: Info,
    vocabulary: Vocabulary,
    parent_code: str | None = None,
    text: str | None = None,
    first: int | None = 20,
    after: str | None = None,
) -> Any:
    """The terms of one vocabulary that are valid today."""
    context = info.context
    rows = [
        term
        for term in context.reference.vocabularies.of(vocabulary, context.today)
        if parent_code in (None, term.parent) and _matches(term, text)
    ]
    bound_to = f"terms {vocabulary} {parent_code} {text}"
    page: PageRow = page_in_memory(context, rows, bound_to=bound_to, key=term_key, first=first, after=after)
    return page


def _matches(term: vocabularies.Term, text: str | None) -> bool:
    if text is None:
        return True
    wanted = folded(text)
    return any(wanted in folded(word) for word in (term.code, term.name.vi, term.name.en or ""))
