"""Tags as people enter them."""

from typing import Any

import strawberry


@strawberry.input
class TagsInput:
    """Codes of terms, up to 10 a list."""

    stage_code: str | None = None
    industry_codes: list[str] | None = None
    field_codes: list[str] | None = None
    audience_codes: list[str] | None = None


@strawberry.input
class TagsFilter:
    """Codes of terms; any of a list matches, a parent matches its children."""

    stage_codes: list[str] | None = None
    industry_codes: list[str] | None = None
    field_codes: list[str] | None = None
    audience_codes: list[str] | None = None


def tags(given: TagsInput, *, empty: tuple[()] | None) -> dict[str, Any]:
    """Tags for a request of a service; `empty` stands for a list that was not given."""
    lists = {"industries": given.industry_codes, "fields": given.field_codes, "audiences": given.audience_codes}
    return {"stage": given.stage_code, **{name: empty if codes is None else codes for name, codes in lists.items()}}
