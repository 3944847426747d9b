"""Which filters an index answers: pure, and the same for every engine, whatever its planner would do.

It asks little: the filter must constrain `_id` or the first field of an index in a way by which one can seek.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Filter = Mapping[str, Any]
Conditions = Sequence[tuple[str, Any]]

SEEKING = {"$eq", "$gt", "$gte", "$lt", "$lte", "$in", "$all", "$elemMatch"}  # others read nearly the whole index


@dataclass(frozen=True)
class Index:
    """What counts of an index: its first field, and which documents it holds."""

    first: str
    holds: Filter = field(default_factory=dict)

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> "Index":
        """From a row of `listIndexes`."""
        first = next(iter(described["key"]))
        sparse = {first: {"$exists": True}} if described.get("sparse") else {}
        return cls(first, {**sparse, **described.get("partialFilterExpression", {})})

    def answers(self, conditions: Conditions) -> bool:
        """Whether it can be sought by what holds together, and holds every document that matches."""
        sought = any(name == self.first and _seeks(condition) for name, condition in conditions)
        return sought and all(_implied(conditions, name, wanted) for name, wanted in self.holds.items())


def is_answered(where: Filter, indexes: Sequence[Index]) -> bool:
    """Whether an index answers a filter: by what it asks at the top or in `$and`, or in each branch of an `$or`."""
    return _is_answered(list(_opened(where)), indexes)


def _is_answered(conditions: Conditions, indexes: Sequence[Index]) -> bool:
    if any(index.answers(conditions) for index in indexes):
        return True
    besides = [(name, condition) for name, condition in conditions if name != "$or"]
    choices = [branches for name, branches in conditions if name == "$or"]
    return any(all(_is_answered([*_opened(branch), *besides], indexes) for branch in each) for each in choices)


def _opened(where: Filter) -> Iterator[tuple[str, Any]]:
    for name, condition in where.items():
        if name == "$and":
            for member in condition:
                yield from _opened(member)
        else:
            yield name, condition


def _seeks(condition: Any) -> bool:
    if isinstance(condition, re.Pattern):
        return condition.pattern.startswith("^") and not condition.flags & re.IGNORECASE
    if not _has_operators(condition):
        return True
    pattern = str(condition.get("$regex", ""))
    return bool(SEEKING & condition.keys()) or (pattern.startswith("^") and "i" not in condition.get("$options", ""))


def _has_operators(condition: Any) -> bool:
    return isinstance(condition, Mapping) and any(str(name).startswith("$") for name in condition)


def _implied(conditions: Conditions, name: str, wanted: Any) -> bool:
    return any(name == asked and _is_within(condition, wanted) for asked, condition in conditions)


def _is_within(condition: Any, wanted: Any) -> bool:
    """Whether what satisfies a condition satisfies the wanted one; False where that takes more thought than this."""
    if condition == wanted:
        return True
    if wanted == {"$exists": True}:
        return _seeks(condition) and condition is not None and None not in _values(condition)
    return not _has_operators(wanted) and _values(condition) == [wanted]


def _values(condition: Any) -> list[Any]:
    if not _has_operators(condition):
        return [condition]
    return list(condition["$in"]) if "$in" in condition else [condition["$eq"]] if "$eq" in condition else []


def shape(where: Any) -> Any:
    """A filter without its values."""
    if isinstance(where, Mapping):
        return {name: shape(condition) for name, condition in where.items()}
    if isinstance(where, list) and where and isinstance(where[0], Mapping):
        return [shape(each) for each in where]
    return "…"
