"""Rows: what a service's answer is decoded into, derived once from the contract's class, never written twice.

A row has the attributes of the class and reads far faster; it is not validated, since its writer is our own service.
"""

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

import msgspec
from pydantic import BaseModel
from pydantic.fields import FieldInfo

Declared = TypeVar("Declared", bound=BaseModel)


def rows_of(declared: type[Declared]) -> type[Declared]:
    """The row class of a contract's class; typed as that class, since it has the same attributes."""
    return cast(type[Declared], _struct(declared))


@cache
def _struct(declared: type[BaseModel]) -> type[msgspec.Struct]:
    fields = [_field(name, info) for name, info in declared.model_fields.items()]
    return msgspec.defstruct(
        declared.__name__ + "Row", fields, kw_only=True, gc=False, module=__name__, dict=False, frozen=True
    )


def _field(name: str, info: FieldInfo) -> tuple[str, Any, Any]:
    kind = _plain(info.annotation)
    if info.is_required():
        return name, kind, msgspec.NODEFAULT
    return name, kind, msgspec.field(default=info.get_default())


def _plain(kind: Any) -> Any:
    """The annotation with every pydantic class replaced by its row, and without pydantic's checks."""
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and origin is None:
        return _struct(kind) if issubclass(kind, BaseModel) else kind
    if origin is Annotated:
        return _plain(arguments[0])
    if origin in (Union, UnionType):
        return Union[tuple(NoneType if part is NoneType else _plain(part) for part in arguments)]  # noqa: UP007
    if origin is None:
        return kind
    return origin[tuple(part if part is Ellipsis else _plain(part) for part in arguments)]
