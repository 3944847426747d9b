"""Rows have what the contract's classes have, and read the same JSON."""

import msgspec
import pytest
from pydantic import BaseModel

from contracts.outreach.outreach_events import EventChanges, OutreachEventView
from contracts.vocabulary import FigureCell, FigureItemsAnswer, FiguresAnswer, FigureView, MeasureCode
from gateway.execution.rows import rows_of
from gateway.schema.program.cells import PROGRAM
from tests.gateway.upstream import Upstream, event


@pytest.mark.parametrize("declared", [OutreachEventView, FigureView, FiguresAnswer, FigureItemsAnswer, EventChanges])
def test_a_row_has_the_fields_of_its_class(declared: type[BaseModel]) -> None:
    assert set(rows_of(declared).__struct_fields__) == set(declared.model_fields)  # type: ignore[attr-defined]
    assert rows_of(declared) is rows_of(declared)


def test_a_row_reads_what_the_class_writes() -> None:
    view = event(1)
    row = msgspec.json.decode(view.model_dump_json(), type=rows_of(OutreachEventView))
    assert {name: getattr(row, name) for name in OutreachEventView.model_fields} == dict(view)


def test_parts_are_rows_too_and_unknown_fields_are_passed_over() -> None:
    figure = Upstream().figure(FigureCell(measure=MeasureCode.PEOPLE_COVERED, scope=PROGRAM))
    raw = b'{"figures": [null, ' + figure.model_dump_json().encode()[:-1] + b', "later": 1}]}'
    first, second = msgspec.json.decode(raw, type=rows_of(FiguresAnswer)).figures
    assert first is None
    assert second is not None
    assert second.scope.kind is PROGRAM.kind
