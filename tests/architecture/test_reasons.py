"""Every reason that the services give has words for people in `reasons.yaml`."""

import ast
from collections.abc import Iterator

from reference.files import DataFiles
from reference.reasons import load_reasons
from services.outreach.outreach_events.domain import not_counted_reason
from tests.architecture.sources import Source, source, sources

KEYWORDS = {"reason", "not_counted_reason"}
PLACES = {"Rejection": 0, "_item": 2}  # calls whose reason has no keyword, by its position


def reasons(file: Source) -> Iterator[str]:
    """The codes that a file gives as reasons."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call):
            place = PLACES.get(getattr(node.func, "id", ""), len(node.args))
            given = [keyword.value for keyword in node.keywords if keyword.arg in KEYWORDS] + node.args[
                place : place + 1
            ]
        elif isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["reason"]:
            given = [node.value]
        else:
            continue
        yield from (code for value in given for code in _codes(value))


def _codes(value: ast.expr) -> Iterator[str]:
    """A word, or either word of a choice; what is computed is somebody else's."""
    if isinstance(value, ast.IfExp):
        yield from (*_codes(value.body), *_codes(value.orelse))
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value


def test_every_reason_has_words() -> None:
    known = load_reasons(DataFiles()).codes
    given = {reason for file in sources("services") for reason in reasons(file)}
    given |= {str(not_counted_reason(volume=volume, duration_seconds=1, minimum_seconds=5)) for volume in (0.0, 1.0)}
    assert len(given) > 25
    assert sorted(given - known) == []


def test_reasons_are_found_in_calls_and_assignments() -> None:
    lines = (
        'Rejection("one")',
        'x(reason="two" if y else "three")',
        'reason = "four"',
        '_item(a, b, "five", 1)',
        "z(reason=r)",
    )
    assert list(reasons(source("services/a.py", "\n".join(lines)))) == ["four", "one", "two", "three", "five"]
