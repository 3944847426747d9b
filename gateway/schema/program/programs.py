"""The Program: the national scope."""

from typing import Any

import strawberry

from gateway.context import Info
from gateway.execution.batching import relation
from gateway.schema.ids import global_id
from gateway.schema.outreach.totals import OutreachTotal, totals_of_scopes
from gateway.schema.program.league import LeagueTable, league_tables
from gateway.schema.program.scopes import Scope
from gateway.schema.scalars import URL
from gateway.schema.shared import Document, Locale, is_row_of, say
from reference import program

PROGRAM_KEY = "1169"
Row = strawberry.Parent[program.Program]


def _id(_row: Row) -> strawberry.ID:
    return strawberry.ID(global_id("Program", PROGRAM_KEY))


def _motto(row: Row, info: Info, locale: Locale | None = None) -> str:
    return say(info, row.motto, locale)


def _decision(row: Row) -> Document:
    decision = row.decision
    return Document(
        document_id=decision.identity.format(),
        number=decision.number,
        signed_on=decision.signed_on,
        url=URL(decision.url) if decision.url else None,
    )


@strawberry.type
class Program(Scope):
    """Decision 1169/QĐ-TTg of 2025-06-16: the national scope."""

    id: strawberry.ID = strawberry.field(resolver=_id)
    decision: Document = strawberry.field(resolver=_decision)
    motto: str = strawberry.field(resolver=_motto)
    league_table: LeagueTable | None = relation(league_tables)
    outreach_totals: list[OutreachTotal] | None = relation(totals_of_scopes)

    is_type_of = is_row_of(program.Program)


def the_program(info: Info) -> Any:
    """The Program."""
    row: Any = info.context.reference.program
    return row
