"""Every problem that the code can raise has a page in `docs/errors`, and every page is of such a problem."""

import ast
import json
from collections.abc import Iterator

import pytest

from chassis.problems import Kind
from chassis.web import PROBLEM_TYPE
from tests.architecture.sources import ROOT, Source, source, sources
from tests.markdown import blocks

PAGES = ROOT / "docs" / "errors"
INDEX = PAGES / "README.md"
MAKERS = {"Problem": lambda slug: slug, "refused": lambda code: code.lower().replace("_", "-")}
# Where a slug is made of something else than a word in the call: what it can come to.
COMPUTED = {
    ("chassis/problems.py", "refused"): (),  # its callers are looked at
}


def slugs(file: Source) -> Iterator[tuple[str, int]]:
    """The slugs that a file's calls name, with their lines; "" for a slug that is computed and not in the table."""
    for function, call in _calls(file.tree, ""):
        made = MAKERS.get(_name(call))
        if made is None or not call.args:
            continue
        first = call.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield made(first.value), call.lineno
        else:
            for slug in COMPUTED.get((file.path, function), ("",)):
                yield slug, call.lineno


def _calls(node: ast.AST, function: str) -> Iterator[tuple[str, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        if isinstance(child, ast.Call):
            yield inside, child
        yield from _calls(child, inside)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


RAISED = {slug for file in sources("chassis", "contracts", "reference", "services") for slug, _ in slugs(file)}
WRITTEN = {page.stem for page in PAGES.glob("*.md") if page != INDEX}


def test_no_problem_hides_its_slug() -> None:
    hidden = [
        f"{file.path}:{line}"
        for file in sources("chassis", "reference", "services")
        for slug, line in slugs(file)
        if not slug
    ]
    assert hidden == [], "name the slug in the call, or add what it can come to to COMPUTED"


def test_every_problem_has_a_page_and_every_page_a_problem() -> None:
    assert not RAISED - WRITTEN - {""}, "write docs/errors/<slug>.md"
    assert not WRITTEN - RAISED, "nothing raises these any more"


def test_the_index_names_every_page() -> None:
    text = INDEX.read_text("utf-8")
    assert [slug for slug in WRITTEN if f"[{slug}]({slug}.md)" not in text] == []


@pytest.mark.parametrize("slug", sorted(WRITTEN))
def test_a_page_says_what_it_means_and_shows_one(slug: str) -> None:
    page = PAGES / f"{slug}.md"
    title, text = page.read_text("utf-8").split("\n", 1)
    assert title.startswith("# ") and " · " in title, "a title in Vietnamese and English"
    assert "**What it means.**" in text and "**What to do.**" in text
    (example,) = (json.loads(block.text) for block in blocks(page) if block.kind == "json")
    assert (example["type"], example["code"]) == (PROBLEM_TYPE + slug, slug)
    assert example["status"] in {kind.value for kind in Kind}
    assert f"`{slug}`, status {example['status']}" in text


def test_slugs_are_found_in_calls() -> None:
    lines = (
        'raise Problem("one", x)',
        'raise refused("TWO_WORDS", "")',
        'raise problems.refused("THREE", "")',
        "Problem(a)",
    )
    found = [slug for slug, _ in slugs(source("services/a.py", "\n".join(lines)))]
    assert found == ["one", "two-words", "three", ""]
