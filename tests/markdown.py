"""The code of a page: its fenced blocks, and the commands in them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its language and text."""

    kind: str
    text: str


def pages() -> list[Path]:
    """Every page that the project keeps for people."""
    folders = ("docs", "gateway", "services", "reference", "tests/data")
    found = [page for folder in folders for page in sorted((ROOT / folder).rglob("*.md"))]
    return [*sorted(ROOT.glob("*.md")), *found]


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [Block(*found.groups()) for found in _FENCE.finditer(page.read_text("utf-8"))]


def inline_code(page: Path) -> list[str]:
    """What stands between backticks outside the blocks."""
    return _INLINE.findall(_FENCE.sub("", page.read_text("utf-8")))


def links(page: Path) -> list[str]:
    """The targets of a page's links that lead to files of the project."""
    found = _LINK.findall(_FENCE.sub("", page.read_text("utf-8")))
    return [target for target in found if not target.startswith(("http://", "https://", "#"))]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", _FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(block: Block) -> list[str]:
    """The commands of a shell block, continued lines and quoted line breaks joined, comments left out."""
    return [command for command in map(without_comment, _joined(block.text.splitlines())) if command]


def without_comment(command: str) -> str:
    """A command without the comment behind it."""
    return re.sub(r"(^|\s)#\s.*$", "", command).strip()


def _joined(lines: Sequence[str]) -> Iterator[str]:
    waiting = ""
    for line in lines:
        waiting = f"{waiting}\n{line}" if waiting else line
        if waiting.endswith("\\") or waiting.count("'") % 2:
            continue
        yield waiting
        waiting = ""
    assert not waiting, f"a command does not end: {waiting}"
