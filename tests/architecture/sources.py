"""The source files of the project, parsed once, for rules about all of them."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("contracts", "chassis", "reference", "services", "gateway", "lantoa")
Named = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its path from the root of the project, its text and its tree."""

    path: str
    text: str
    tree: ast.Module


def source(path: str, text: str) -> Source:
    """A file of this text, as if it stood there."""
    return Source(path, text, ast.parse(text))


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file of these folders."""
    paths = [path for folder in folders or PACKAGES for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(source(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in paths)
