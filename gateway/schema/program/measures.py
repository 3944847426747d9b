"""Measures and targets: definitions, from memory."""

from datetime import date
from enum import Enum
from typing import Annotated, Any

import strawberry

from contracts.vocabulary import LocalizedText, MeasureCode, TargetCode
from gateway.context import Info
from gateway.schema.shared import Locale, say
from reference import measures, program

strawberry.enum(TargetCode)
strawberry.enum(MeasureCode)


@strawberry.enum
class BreakdownDimension(Enum):
    """By what a figure can be split."""

    BODY_KIND = "body_kind"
    REGION = "region"
    CHANNEL_GROUP = "channel_group"
    OUTREACH_CHANNEL = "outreach_channel"
    COMMUNE_KIND = "commune_kind"
    TASK_LEVEL = "task_level"
    SCIENCE_FIELD = "science_field"
    STAFF_KIND = "staff_kind"
    HONOR_FORM = "honor_form"
    RECIPIENT_KIND = "recipient_kind"


Row = strawberry.Parent[measures.Measure]
LazyTarget = Annotated["Target", strawberry.lazy("gateway.schema.program.measures")]


def _numerator(row: Row, info: Info, locale: Locale | None = None) -> str:
    return say(info, row.numerator, locale)


def _denominator(row: Row, info: Info, locale: Locale | None = None) -> str:
    return say(info, row.denominator, locale)


def _rules(row: Row, info: Info, locale: Locale | None = None) -> str:
    return say(info, row.rules, locale)


def _legal_basis(row: Row, info: Info, locale: Locale | None = None) -> str:
    return say(info, row.basis, locale)


def _version(row: Row) -> int:
    return row.definition_version


@strawberry.type
class MeasureDefinition:
    """One version of the rule by which a measure is computed."""

    version: int = strawberry.field(resolver=_version)
    valid_from: date
    numerator: str = strawberry.field(resolver=_numerator)
    denominator: str = strawberry.field(resolver=_denominator)
    rules: str = strawberry.field(resolver=_rules)
    legal_basis: str = strawberry.field(resolver=_legal_basis)


def _target(row: Row, info: Info) -> Any:
    return info.context.reference.program.target(row.target)


def _name(row: Row, info: Info, locale: Locale | None = None) -> str:
    return say(info, row.name, locale)


def _unit(row: Row, info: Info, locale: Locale | None = None) -> str:
    return say(info, LocalizedText(vi=row.unit.vi, en=row.unit.en), locale)


def _goal_due_on(row: Row) -> date | None:
    return row.due if row.goal is not None else None


def _breakdowns(row: Row) -> list[BreakdownDimension]:
    known = BreakdownDimension.__members__
    return [known[name.upper()] for name in row.breakdowns if name.upper() in known]


def _definition(row: Row, version: int | None = None) -> Any:
    return row if version in (None, row.definition_version) else None


@strawberry.type
class Measure:
    """The definition of a figure, kept in versions."""

    code: MeasureCode
    target: LazyTarget | None = strawberry.field(resolver=_target)
    name: str = strawberry.field(resolver=_name)
    unit: str = strawberry.field(resolver=_unit)
    goal: float | None
    goal_due_on: date | None = strawberry.field(resolver=_goal_due_on)
    breakdowns: list[BreakdownDimension] = strawberry.field(resolver=_breakdowns)
    definition: MeasureDefinition | None = strawberry.field(resolver=_definition)


def _target_name(row: strawberry.Parent[program.Target], info: Info, locale: Locale | None = None) -> str:
    return say(info, row.name, locale)


def _target_text(row: strawberry.Parent[program.Target], info: Info, locale: Locale | None = None) -> str:
    return say(info, row.text, locale)


def _due_on(row: strawberry.Parent[program.Target]) -> date | None:
    return row.due


def _target_measures(row: strawberry.Parent[program.Target], info: Info) -> Any:
    return info.context.reference.measures.of_target(row.code)


@strawberry.type
class Target:
    """One target of the Decision."""

    code: TargetCode
    name: str = strawberry.field(resolver=_target_name)
    text: str = strawberry.field(resolver=_target_text)
    due_on: date | None = strawberry.field(resolver=_due_on)
    measures: list[Measure] = strawberry.field(resolver=_target_measures)


def all_measures(info: Info) -> Any:
    """Every measure that the platform computes, targets first."""
    return list(info.context.reference.measures.all)
