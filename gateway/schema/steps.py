"""Changes: requests checked before they are sent, and refusals that become `userErrors`.

What the person can mend is in `userErrors`; all else stays an error of the field.
"""

from collections.abc import Awaitable, Callable, Mapping
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
# Fields of the services whose name in the graph differs.
FIELDS = {
    "themes": "themeCodes",
    "language": "languageCode",
    "stage": "tags.stageCode",
    "industries": "tags.industryCodes",
    "audiences": "tags.audienceCodes",
    "form": "formCode",
    "kind": "kindCode",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """One refusal in the words of the graph: `field` is the path in the input, null for the whole."""

    code: str
    field: list[str] | None
    message: str


async def attempted(
    context: Context,
    step: Callable[[], Awaitable[Any]],
    *,
    present: Callable[[], Awaitable[Any]] | None = None,
    fields: Mapping[str, str] | None = None,
) -> tuple[Any, list[Refused]]:
    """What a step made and nothing refused; or the object as it stands (null where none is) and why it was refused.

    Whatever was read before is forgotten, so that the payload shows the state after the step.
    """
    try:
        made = await step()
    except Fault as fault:
        refusals = refused_or_raise(context, fault, {**FIELDS, **(fields or {})})
        return (await present() if present else None), refusals
    context.figures.forget()
    return made, []


Request = Callable[[], BaseModel]


def checked_later(request: type[Requested], values: Mapping[str, Any]) -> Request:
    """`checked`, when the step is tried: its refusals then stand beside those of the service."""
    return lambda: checked(request, values)


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
    return [*fields.get(first, _camel(first)).split("."), *(_camel(part) for part in rest)]


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)
