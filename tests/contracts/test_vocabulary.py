"""What requests may say at all."""

from datetime import date, datetime

import pytest
from pydantic import Field, ValidationError

from contracts.vocabulary import FigureCell, Request, TrendCell


class Asked(Request):
    """A request with every kind of value that has an end."""

    number: int = Field(default=1, ge=1)
    numbers: tuple[int, ...] = ()
    day: date | None = None
    at: datetime | None = None


@pytest.mark.parametrize(
    "given",
    [
        {"number": 2**53},
        {"number": 10**30},
        {"numbers": [1, -(10**30)]},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-14:00"},
    ],
)
def test_what_cannot_be_reckoned_with_is_refused_where_it_stands(given: dict[str, object]) -> None:
    (field,) = given
    with pytest.raises(ValidationError) as refused:
        Asked.model_validate(given)
    (fault,) = refused.value.errors()
    assert (fault["loc"], fault["type"].endswith("_out_of_range")) == ((field,), True)


def test_the_days_of_figures_have_ends_too() -> None:
    cell = {"measure": "PEOPLE_COVERED", "scope": {"kind": "program"}}
    with pytest.raises(ValidationError, match="year"):
        FigureCell.model_validate(cell | {"as_of": "0001-01-01"})
    with pytest.raises(ValidationError, match="year"):
        TrendCell.model_validate({"cell": cell, "days": ["2026-01-01", "9999-12-31"]})


def test_everything_of_people_s_business_passes() -> None:
    given = {"number": 2**53 - 1, "numbers": [0], "day": "1900-01-01", "at": "2999-12-31T23:59:59+07:00"}
    assert Asked.model_validate(given).number == 2**53 - 1
