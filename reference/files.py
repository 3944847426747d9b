"""Reads the data files: an operator's folder first, the package's own data where that folder is silent.

A file is checked as a whole while it is read; a bad one stops the process with the place of every fault.
"""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

OWN_DATA = Path(__file__).parent / "data"

Shape = TypeVar("Shape")


class DataFileInvalid(Exception):
    """A data file cannot be used. The message names the file and each faulty place, in Vietnamese and English."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        listed = "; ".join(faults)
        super().__init__(f"Tệp dữ liệu {path} không hợp lệ / data file {path} is not valid: {listed}")
        self.path = path
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class DataFiles:
    """Where data files are looked for. `folder` is the operator's; its files replace the package's by name."""

    folder: Path | None = None

    def read(self, name: str, shape: type[Shape]) -> Shape:
        """The file's content in the shape asked for (CSV: a tuple of rows, empty cells as null).

        Raises DataFileInvalid where the file does not fit the shape and FileNotFoundError where there is none.
        """
        path = self.path(name)
        try:
            return TypeAdapter(shape).validate_python(_parse(path))
        except ValidationError as invalid:
            raise DataFileInvalid(path, [_fault(error["loc"], error["msg"]) for error in invalid.errors()]) from invalid
        except (yaml.YAMLError, json.JSONDecodeError, csv.Error) as unreadable:
            raise DataFileInvalid(path, [str(unreadable)]) from unreadable

    def path(self, name: str) -> Path:
        """The file that stands for `name`."""
        if self.folder is not None and (self.folder / name).is_file():
            return self.folder / name
        return OWN_DATA / name


def _parse(path: Path) -> object:
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".csv":
        return tuple({key: value or None for key, value in row.items()} for row in csv.DictReader(text.splitlines()))
    return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)


def _fault(place: tuple[int | str, ...], text: str) -> str:
    return f"{'.'.join(str(part) for part in place)}: {text}"
