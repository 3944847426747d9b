"""Counts of outreach for charts."""

from collections.abc import Sequence
from typing import Any

import strawberry

from contracts.outreach.outreach_events import OutreachDimension, OutreachTotalView, TotalsQuestion
from contracts.vocabulary import LocalizedText, OutreachChannel
from gateway.context import Context, Info
from gateway.errors import bad_input
from gateway.schema.scalars import BigInt
from gateway.schema.shared import DateRange, Locale, say
from reference import places, program
from reference.vocabularies import Vocabulary

strawberry.enum(OutreachDimension)
VOCABULARIES = {
    OutreachDimension.THEME: Vocabulary.THEME,
    OutreachDimension.FIELD: Vocabulary.SCIENCE_FIELD,
    OutreachDimension.AUDIENCE: Vocabulary.AUDIENCE,
    OutreachDimension.LANGUAGE: Vocabulary.LANGUAGE,
}
Parent = program.Program | places.Province | places.Commune


def _label(total: strawberry.Parent["OutreachTotal"], info: Info, locale: Locale | None = None) -> str:
    return say(info, label_of(info.context, total.by, total.view.key), locale)


@strawberry.type
class OutreachTotal:
    """One bar of a chart: counted events of one key. `reach` counts contacts, not people."""

    view: strawberry.Private[OutreachTotalView]
    by: strawberry.Private[OutreachDimension]
    key: str
    label: str = strawberry.field(resolver=_label)
    event_count: int
    duration_seconds: BigInt
    reach: BigInt


def label_of(context: Context, by: OutreachDimension, key: str) -> LocalizedText:
    """The key in words: name of a term, channel or province; a day or month stands for itself."""
    reference = context.reference
    if by is OutreachDimension.CHANNEL:
        return reference.channels.name(OutreachChannel(key))
    if by is OutreachDimension.PROVINCE and (province := reference.places.province(key)):
        return province.official_name
    if by in VOCABULARIES and (term := reference.vocabularies.term(VOCABULARIES[by], key)):
        return term.name
    return LocalizedText(vi=key, en=key)


async def totals_of_scopes(
    rows: list[Parent], context: Context, *, during: DateRange, by: OutreachDimension
) -> Sequence[Any]:
    """The bars of each scope: all in one call."""
    if during.from_ and during.to and during.to < during.from_:
        raise bad_input("`during` kết thúc trước khi bắt đầu.", "`during` ends before it begins.")
    questions = [
        TotalsQuestion(
            province_id=row.id if isinstance(row, places.Province) else None,
            commune_id=row.id if isinstance(row, places.Commune) else None,
            first_day=during.from_,
            last_day=during.to,
            by=by,
        )
        for row in rows
    ]
    lists = await context.outreach.totals.settled(questions)
    return [views if isinstance(views, BaseException) else [_bar(view, by) for view in views] for views in lists]


def _bar(view: OutreachTotalView, by: OutreachDimension) -> OutreachTotal:
    return OutreachTotal(
        view=view,
        by=by,
        key=view.key,
        event_count=view.event_count,
        duration_seconds=BigInt(view.duration_seconds),
        reach=BigInt(view.reach),
    )
