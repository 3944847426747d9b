"""Pages for people name files and words that are there."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, sources
from tests.markdown import inline_code, pages

GLOSSARY = ROOT / "docs" / "glossary.md"
_FILE = re.compile(r"[\w./-]+\.(py|toml|yaml|yml|graphql|md|csv|json|sh|js|lock)")


def _exists(name: str, page: Path) -> bool:
    """Whether it is a file from the root of the project, beside the page, or the name of one somewhere."""
    if (ROOT / name).exists() or (page.parent / name).exists():
        return True
    return any(path.is_relative_to(ROOT) for folder in FOLDERS for path in folder.rglob(name))


FOLDERS = tuple(
    ROOT / name for name in ("chassis", "contracts", "reference", "services", "gateway", "lantoa", "deploy", "tests")
)


PLACEHOLDERS = {"commands/verb.py"}


@pytest.mark.parametrize(
    "page", [page for page in pages() if "data" not in page.parts], ids=lambda page: str(page.relative_to(ROOT))
)
def test_a_page_names_files_that_exist(page: Path) -> None:
    named = {code for code in inline_code(page) if _FILE.fullmatch(code) and not code.startswith("/")}
    assert sorted(name for name in named - PLACEHOLDERS if not _exists(name, page)) == []


def test_words_of_the_glossary_stand_in_the_code() -> None:
    text = "\n".join(file.text for file in sources())
    rows = [line.split("|") for line in GLOSSARY.read_text("utf-8").splitlines() if line.count("|") == 4]
    named = [code for row in rows for code in re.findall(r"`([^`]+)`", row[3])]
    assert len(named) > 60
    assert [code for code in named if code not in text and not list(ROOT.rglob(code.rstrip("/")))] == []
