"""Batches: a relation is written once, for many rows at a time, and called once per level of a request.

`relation` turns `async def body(rows, context, **arguments) -> list` into the resolver of a field; `Keyed` reads things
by key, each key once in a request. Nobody writes a loader for a field.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Body = Callable[..., Awaitable[Sequence[Any]]]
LARGEST_BATCH = 500


class Keyed(Generic[Key, Value]):
    """Reads values by key: all that are asked for in one tick in one call, and each key once in a request.

    `read` answers in the order of the keys; an exception in place of a value fails that key alone.
    """

    def __init__(
        self, read: Callable[[list[Key]], Awaitable[Sequence[Value | BaseException]]], *, most: int = LARGEST_BATCH
    ) -> None:
        self._loader: DataLoader[Key, Value] = DataLoader(read, max_batch_size=most)

    async def one(self, key: Key) -> Value:
        """The value of a key."""
        return await self._loader.load(key)

    async def many(self, keys: Iterable[Key]) -> list[Value]:
        """The values of keys, in their order."""
        return await self._loader.load_many(keys)

    async def settled(self, keys: Iterable[Key]) -> list[Value | BaseException]:
        """The values of keys, in their order; an exception in place of a value that could not be read."""
        return await asyncio.gather(*(self._loader.load(key) for key in keys), return_exceptions=True)

    def forget(self) -> None:
        """Reads everything anew from now on."""
        self._loader.clear_all()


class Batches:
    """The batches of one request: rows that wait, by relation and arguments."""

    def __init__(self) -> None:
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}

    async def resolve(self, body: Body, row: object, context: object, arguments: dict[str, Any]) -> Any:
        """What `body` answers for `row`, together with all rows that ask the same in this tick."""
        key = (body, tuple((name, _frozen(value)) for name, value in arguments.items()))
        loader = self._loaders.get(key)
        if loader is None:
            run = partial(_run, body, context, arguments)
            loader = self._loaders[key] = DataLoader(run, cache=False, max_batch_size=LARGEST_BATCH)
        return await loader.load(row)


class Batched(Protocol):
    """A context of a request that holds its batches."""

    @property
    def batches(self) -> Batches: ...


async def _run(body: Body, context: object, arguments: dict[str, Any], rows: list[Any]) -> Sequence[Any]:
    return await body(rows, context, **arguments)


def relation(body: Body) -> Any:
    """The field whose values `body` reads for many rows at once; its keyword arguments are the field's.

    The field's own annotation names its type in the graph. An exception in place of a result fails that row alone.
    """
    signature = inspect.signature(body)
    arguments = list(signature.parameters.values())[2:]

    async def resolver(root: Any, info: strawberry.Info[Batched, None], **given: Any) -> Any:
        return await info.context.batches.resolve(body, root, info.context, given)

    names = list(inspect.signature(resolver).parameters.values())[:2]
    resolver.__signature__ = inspect.Signature([*names, *arguments])  # type: ignore[attr-defined]
    resolver.__name__ = getattr(body, "__name__", "relation")
    resolver.__module__ = body.__module__
    return strawberry.field(resolver=resolver)


def _frozen(value: Any) -> Hashable:
    """A hashable form of an argument: equal arguments give equal forms."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value), *(_frozen(getattr(value, part.name)) for part in fields(value)))
    hashable: Hashable = value
    return hashable
