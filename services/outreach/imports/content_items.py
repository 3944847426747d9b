"""Rows of content items: source, external_id, title, themes; where the file is silent, the platform's rules speak."""

from collections.abc import Sequence

from chassis import clock, ids
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.tables import TableRow
from contracts.imports import ImportKind
from contracts.outreach.content_items import ContentKind, ContentState
from contracts.vocabulary import LocalizedText
from reference.calendars import vietnam_day
from reference.catalog import Reference
from reference.resources import Resources
from reference.texts import folded, nfc
from reference.vocabularies import Vocabulary
from services.outreach.content_items.commands.register import register
from services.outreach.content_items.domain import ContentItem, content_key
from services.outreach.imports.cells import Accepted, Cells, JsonRow, JsonValue, Rejected
from services.outreach.imports.kinds import ImportScope, Kind, Outcome


def content_items(resources: Resources) -> Kind:
    """The kind `content_items`."""
    reference = resources.reference

    def read(rows: Sequence[TableRow], scope: ImportScope) -> list[Outcome]:
        return [_read(row, reference, scope) for row in rows]

    async def write(transaction: Transaction, viewer: Viewer, rows: Sequence[JsonRow]) -> tuple[int, int]:
        return await register(transaction, resources, viewer, [_item(row, reference) for row in rows])

    return Kind(ImportKind.CONTENT_ITEMS, ("source", "external_id", "title"), ("themes",), read, write)


def _read(row: TableRow, reference: Reference, scope: ImportScope) -> Accepted | Rejected:
    cells, today = Cells(row), vietnam_day(clock.now())
    source = cells.text("source", most=60)
    body = reference.bodies.by_e_id(source, today)
    if body is None:
        cells.fault("source", "UNKNOWN_BODY", vi="Không có cơ quan mang mã này.", en="No body bears this code.")
    elif not scope.has_body(body.id):
        cells.fault("source", "OUT_OF_SCOPE", vi="Thuộc cơ quan khác.", en="Of another body than the import.")
    themes = cells.texts("themes", separators=";,|")
    if unknown := reference.vocabularies.unknown(Vocabulary.THEME, themes, day=today):
        names = ", ".join(unknown)
        cells.fault("themes", "UNKNOWN_TERM", vi=f"Không có chủ đề: {names}.", en=f"No such theme: {names}.")
    values: dict[str, JsonValue] = {
        "source": source,
        "external_id": cells.text("external_id", most=200),
        "title": nfc(cells.text("title")),
        "themes": themes,
        "body_id": body.id if body else "",
    }
    return cells.outcome(values)


def _item(row: JsonRow, reference: Reference) -> ContentItem:
    defaults, now = reference.play_log.imported_content_item, clock.now()
    source, external_id, title = str(row["source"]), str(row["external_id"]), str(row["title"])
    themes = row["themes"]
    return ContentItem(
        id=ids.random_id(),
        key=content_key(source, external_id),
        version=1,
        updated_at=now,
        recorded_at=now,
        body_id=str(row["body_id"]),
        kind=ContentKind(defaults.kind),
        title=LocalizedText(vi=title),
        folded_title=folded(title),
        state=ContentState.IN_USE,
        themes=tuple(themes) if isinstance(themes, list) else (),
        languages=(defaults.language,),
        format=defaults.format,
        source=source,
        external_id=external_id,
    )
