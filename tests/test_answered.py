"""Which filters an index answers, shape by shape."""

import re
from typing import Any

import pytest

from tests.answered import Index, is_answered, shape

INDEXES = [
    Index("_id"),
    Index("body_id"),
    Index("due_on"),
    Index.of({"key": {"url_key": 1, "at": -1}, "sparse": True}),
    Index.of({"key": {"unsealed": 1}, "partialFilterExpression": {"unsealed": True}}),
    Index.of({"key": {"held_by": 1}, "partialFilterExpression": {"state": "open", "held_by": {"$exists": True}}}),
]


@pytest.mark.parametrize(
    "where",
    [
        {"_id": 1},
        {"body_id": None},
        {"body_id": {"$in": ["a"]}, "title": "t"},
        {"due_on": {"$gt": "a", "$lte": "b"}},
        {"body_id": {"$regex": "^ab"}},
        {"body_id": re.compile("^ab")},
        {"$and": [{"title": "t"}, {"$and": [{"due_on": "d"}]}]},
        {"$or": [{"_id": 1}, {"body_id": "a", "title": "t"}]},
        {"title": "t", "$or": [{"_id": 1}, {"$and": [{"due_on": "d"}]}]},
        {"due_on": "d", "$or": [{"title": "t"}, {}]},
        {"$and": [{"$or": [{"title": 1}, {"title": 2}]}, {"$or": [{"_id": 1}, {"body_id": 2}]}]},
        {"url_key": "u"},
        {"unsealed": True},
        {"unsealed": {"$eq": True}},
        {"held_by": "h", "state": "open"},
        {"held_by": {"$gt": ""}, "$and": [{"state": {"$in": ["open"]}}]},
        {"state": "open", "$or": [{"held_by": "h"}, {"_id": 1}]},
    ],
)
def test_a_filter_that_seeks_by_the_first_field_of_an_index_is_answered(where: dict[str, Any]) -> None:
    assert is_answered(where, INDEXES)


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"title": "t"},
        {"at": "second field of an index"},
        {"body_id": {"$ne": "a"}},
        {"body_id": {"$nin": ["a"]}},
        {"body_id": {"$exists": True}},
        {"body_id": {"$not": {"$gt": "a"}}},
        {"body_id": {"$regex": "ab"}},
        {"body_id": {"$regex": "^ab", "$options": "i"}},
        {"body_id": re.compile("^ab", re.IGNORECASE)},
        {"$or": [{"_id": 1}, {"title": "t"}]},
        {"$or": [{"_id": 1}, {}]},
        {"$and": [{"title": "t"}, {"$or": [{"title": 1}, {"_id": 2}]}]},
        {"$nor": [{"_id": 1}]},
        {"$expr": {"$eq": ["$_id", 1]}},
        {"url_key": None},
        {"url_key": {"$in": ["u", None]}},
        {"unsealed": False},
        {"unsealed": {"$in": [True, False]}},
        {"held_by": "h"},
        {"held_by": "h", "state": {"$in": ["open", "closed"]}},
        {"held_by": None, "state": "open"},
        {"state": "open"},
        {"$or": [{"held_by": "h"}, {"state": "open", "_id": 1}]},
    ],
)
def test_any_other_filter_is_not(where: dict[str, Any]) -> None:
    assert not is_answered(where, INDEXES)


def test_a_shape_shows_no_value() -> None:
    where = {"a": "secret", "$or": [{"b": {"$in": ["secret"]}}, {"c": None}], "d": {"$gt": "secret"}}
    assert shape(where) == {"a": "…", "$or": [{"b": {"$in": "…"}}, {"c": "…"}], "d": {"$gt": "…"}}
