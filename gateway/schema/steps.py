"""Changes: requests checked before they are sent, and refusals that become `userErrors`.

What the person can mend is in `userErrors`; all else stays an error of the field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gateway.context import Context
from gateway.errors import Code, Fault, Refusal

Requested = TypeVar("Requested", bound=BaseModel)
# Codes of chassis and pydantic that the graph words in its own way.
_CODES = {
    "MISSING": "REQUIRED",
    "NOT_FOUND": "NOT_FOUND",
    "FORBIDDEN": "NOT_PERMITTED",
}
_MENDABLE = (Code.BAD_USER_INPUT, Code.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class Refused:
    """One refusal in the words of the graph: `field` is the path in the input, null for the whole."""

    code: str
    field: list[str] | None
    message: str


def checked(request: type[Requested], values: Mapping[str, Any]) -> Requested:
    """The request of a service. Raises `Fault` with a refusal for each field that cannot be right."""
    try:
        return request.model_validate(values)
    except ValidationError as error:
        refusals = tuple(_refusal(entry) for entry in error.errors())
        vi, en = "Yêu cầu không hợp lệ.", "Invalid request."
        raise Fault(Code.BAD_USER_INPUT, vi=vi, en=en, refusals=refusals) from error


def _refusal(entry: ErrorDetails) -> Refusal:
    pointer = "".join(f"/{part}" for part in entry["loc"])
    if entry["input"] in ("", None):
        return Refusal("REQUIRED", pointer, "Không được để trống.", "Must not be empty.")
    return Refusal("INVALID", pointer, f"Giá trị không hợp lệ: {entry['msg']}.", entry["msg"])


def refused_or_raise(context: Context, fault: Fault, fields: Mapping[str, str]) -> list[Refused]:
    """What a service refused, for `userErrors`; a fault that the person cannot mend is raised again.

    `fields` names fields of the request that are called otherwise in the graph.
    """
    if fault.code not in _MENDABLE:
        raise fault
    english = context.language == "en"
    if not fault.refusals:
        code = "NOT_PERMITTED" if fault.code is Code.FORBIDDEN else "NOT_FOUND"
        return [Refused(code, None, fault.en if english else fault.vi)]
    return [
        Refused(_CODES.get(r.code, r.code), _path(r.pointer, fields), r.en if english else r.vi) for r in fault.refusals
    ]


def _path(pointer: str, fields: Mapping[str, str]) -> list[str] | None:
    """The path of a JSON pointer in the names of the graph."""
    first, *rest = pointer.strip("/").split("/")
    if not first:
        return None
    return [*fields.get(first, _camel(first)).split("."), *rest]


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)
