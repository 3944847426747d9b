"""The house rules that a machine can see: each takes a file and says where it breaks the rule."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import Named, Source

LONGEST = 400
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
# A word of the domain has no business in the chassis, which any service of any subject could stand on.
DOMAIN_WORDS = {
    *("plan", "plans", "task", "tasks", "outreach", "honor", "honors", "nomination", "publication", "measure"),
    *("province", "commune", "ministry", "figure", "target", "emitter", "staff", "population", "coverage", "activity"),
    *("loudspeaker", "device", "dossier", "decree"),
}
# Identifiers that only look like it, each with its reason.
ALLOWED = dict.fromkeys(
    ("Task", "TaskGroup", "create_task", "current_task", "task", "tasks"), "asyncio's word for what runs beside"
)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def documented(file: Source) -> Iterator[str]:
    """A module's docstring begins with one sentence; everything public has a docstring."""
    first = (ast.get_docstring(file.tree) or "").partition("\n")[0]
    if not first:
        yield f"{file.path}: the module says nothing of itself"
    elif not first.endswith((".", "!", "?", ":")):
        yield f"{file.path}: the first line is no sentence: {first}"
    for name, node in _public(file.tree, ""):
        if not ast.get_docstring(node) and not _is_demand(node):
            yield f"{file.path}:{node.lineno}: {name} has no docstring"


def _public(parent: ast.AST, prefix: str) -> Iterator[tuple[str, Named]]:
    """Public classes, their public methods, and public functions; what is inside a function is its own affair."""
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, Named) and not node.name.startswith("_"):
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from _public(node, f"{node.name}.")


def _is_demand(node: Named) -> bool:
    """Whether it is `...` alone: what a protocol demands is said by the protocol's docstring."""
    (statement, *more) = node.body
    return not more and isinstance(statement, ast.Expr) and ast.unparse(statement) == "..."


def named_well(file: Source) -> Iterator[str]:
    """No file is named by what it is not: a place for whatever fits nowhere."""
    vague = VAGUE.intersection(file.path.removesuffix(".py").split("/"))
    if vague:
        yield f"{file.path}: name it by what it does, not {', '.join(vague)}"


def short(file: Source) -> Iterator[str]:
    """No file is longer than one can hold in mind."""
    count = file.text.count("\n")
    if count > LONGEST:
        yield f"{file.path}: {count} lines, at most {LONGEST}"


def knows_no_domain(file: Source) -> Iterator[str]:
    """No identifier speaks of the domain."""
    for node in ast.walk(file.tree):
        for name in _names(node):
            words = {word.lower() for word in _WORDS.findall(name)} | {name.lower()}
            for word in sorted(words & DOMAIN_WORDS if name not in ALLOWED else ()):
                yield f"{file.path}:{getattr(node, 'lineno', 0)}: {name} ({word})"


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.arg | ast.keyword):
        yield node.arg or ""
    elif isinstance(node, Named):
        yield node.name


def asks_no_clock(file: Source) -> Iterator[str]:
    """Time is asked of `chassis/clock.py`, so that tests can set it."""
    yield from _calls(file, "chassis.clock", _CLOCKS)


def makes_no_ids(file: Source) -> Iterator[str]:
    """Ids are made in `chassis/ids.py`, so that there is one kind of each."""
    yield from _calls(file, "chassis.ids", {f"uuid.uuid{version}" for version in (1, 3, 4, 5, 6, 7, 8)})


_CLOCKS = {
    *(
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "datetime.datetime.now",
        "datetime.date.today",
    ),
    *("time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter"),
}


def _calls(file: Source, instead: str, forbidden: set[str]) -> Iterator[str]:
    """Calls of what is forbidden, also by a name that was imported from its module."""
    origins = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            called = ast.unparse(node.func)
            if origins.get(called, called) in forbidden:
                yield f"{file.path}:{node.lineno}: {called}(): use {instead}"
