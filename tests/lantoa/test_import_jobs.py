"""A file is described so that the service knows that it came whole, and what is no import is refused early."""

import hashlib
from pathlib import Path

import pytest

from contracts.imports import ImportKind
from lantoa.import_jobs import SERVICE_OF, describe, parse_kind
from lantoa.problems import CommandError
from lantoa.stack.state import SERVICES


@pytest.mark.parametrize("text", ["access-points", "access_points", "Access-Points"])
def test_kinds_are_written_either_way(text: str) -> None:
    assert parse_kind(text) is ImportKind.ACCESS_POINTS


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(CommandError, match="unknown_kind") as refusal:
        parse_kind("loudspeakers")
    assert "training-completions" in refusal.value.vi and refusal.value.where == "loudspeakers"


def test_every_kind_has_a_service() -> None:
    assert set(SERVICE_OF) == set(ImportKind)
    assert set(SERVICE_OF.values()) <= set(SERVICES)


def test_a_file_is_known_by_its_digest(tmp_path: Path) -> None:
    file = tmp_path / "dân số.csv"
    file.write_text("mã,dân số\n00070,1\n", "utf-8")
    wanted = describe(ImportKind.POPULATIONS, file, None)
    assert wanted.file_name == "dân số.csv"
    assert wanted.file_size == len(file.read_bytes())
    assert wanted.content_hash == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize(("content", "scope"), [("", None), ("a\n", "57")])
def test_what_the_service_would_refuse_is_refused_here(tmp_path: Path, content: str, scope: str | None) -> None:
    file = tmp_path / "points.csv"
    file.write_text(content)
    with pytest.raises(CommandError, match="file_refused"):
        describe(ImportKind.ACCESS_POINTS, file, scope)
