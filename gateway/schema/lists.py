"""Pages of a service's lists: many lists in one call, cursors sealed and bound to list, filter and viewer."""

from collections.abc import Sequence
from typing import Any

from contracts.changes import ListRequest
from gateway.context import Context
from gateway.execution.batching import Keyed
from gateway.schema.connections import PageRow, page_size


async def read_pages(
    context: Context,
    loader: Keyed[Any, Any],
    requests: Sequence[ListRequest],
    *,
    name: str,
    first: int | None,
    after: str | None,
) -> list[PageRow | BaseException]:
    """A page of each list. Raises CURSOR_INVALID and BAD_USER_INPUT."""
    size, cursors = page_size(first), context.services.cursors
    asked = [
        request.model_copy(
            update={
                "first": size,
                "after": None if after is None else cursors.open(_bound(context, name, request), after),
            }
        )
        for request in requests
    ]
    answers = await loader.settled(asked)
    return [
        answer if isinstance(answer, BaseException) else _page(context, loader, request, answer, name)
        for request, answer in zip(asked, answers, strict=True)
    ]


async def read_page(
    context: Context, loader: Keyed[Any, Any], request: ListRequest, *, name: str, first: int | None, after: str | None
) -> PageRow:
    """The page of one list. Raises what could not be read."""
    (page,) = await read_pages(context, loader, [request], name=name, first=first, after=after)
    if isinstance(page, BaseException):
        raise page
    return page


def _page(context: Context, loader: Keyed[Any, Any], request: ListRequest, answer: Any, name: str) -> PageRow:
    async def count() -> int | None:
        total: int | None = answer.total
        if total is None:
            counted = request.model_copy(update={"first": 1, "after": None, "with_total": True})
            total = (await loader.one(counted)).total
        return total

    bound_to = _bound(context, name, request)
    sealed = [context.services.cursors.seal(bound_to, cursor) for cursor in answer.cursors]
    return PageRow(answer.rows, sealed, answer.has_next, request.after is not None, count)


def _bound(context: Context, name: str, request: ListRequest) -> str:
    what = request.model_dump_json(exclude={"first", "after", "with_total"})
    return f"{name} {context.viewer.subject} {what}"
