"""Content items in MongoDB; every read says who is asking.

The tags that an item gives to its events are public as the events are; the item itself is for those who see content.
"""

from collections.abc import Sequence

from chassis.documents import from_document, to_document
from chassis.identity import Viewer
from chassis.mongo import ASCENDING, DESCENDING, IndexModel, Reader, ReplaceOne, Transaction
from services.outreach.content_items.domain import ContentItem

COLLECTION = "content_items"
INDEXES = {
    COLLECTION: (
        IndexModel([("key", ASCENDING)], name="key", unique=True),
        IndexModel([("themes", ASCENDING)], name="by_theme"),
        IndexModel([("body_id", ASCENDING), ("updated_at", DESCENDING)], name="by_body"),
    )
}


async def by_keys(reader: Reader, viewer: Viewer, keys: Sequence[str]) -> dict[str, ContentItem]:
    """The items that bear these keys, by key."""
    del viewer  # asked for their tags
    rows = await reader.collection(COLLECTION).find({"key": {"$in": list(set(keys))}})
    return {row["key"]: from_document(ContentItem, row) for row in rows}


async def by_ids(reader: Reader, viewer: Viewer, item_ids: Sequence[str]) -> dict[str, ContentItem]:
    """The items of these ids, by id. The caller has asked whether the viewer may see them."""
    del viewer
    rows = await reader.collection(COLLECTION).find({"_id": {"$in": list(set(item_ids))}})
    return {row["_id"]: from_document(ContentItem, row) for row in rows}


async def with_themes(reader: Reader, viewer: Viewer, themes: Sequence[str]) -> list[ContentItem]:
    """The items that carry one of these themes."""
    del viewer
    rows = await reader.collection(COLLECTION).find({"themes": {"$in": list(themes)}})
    return [from_document(ContentItem, row) for row in rows]


async def save(transaction: Transaction, items: Sequence[ContentItem]) -> None:
    """Writes new and changed items."""
    writes = [ReplaceOne({"_id": item.id}, to_document(item), upsert=True) for item in items]
    await transaction.collection(COLLECTION).bulk_write(writes)
