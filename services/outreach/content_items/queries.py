"""What others ask of content items."""

from collections.abc import Sequence

from chassis.identity import Viewer
from chassis.mongo import Reader
from contracts.outreach.content_items import ContentItemView
from reference.actions import Sight
from reference.figures import today
from reference.resources import Resources
from services.outreach.content_items import store
from services.outreach.content_items.domain import ContentItem


async def themes_of(reader: Reader, viewer: Viewer, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The themes of the items that bear these keys; keys without an item are left out."""
    items = await store.by_keys(reader, viewer, keys)
    return {key: item.themes for key, item in items.items()}


async def items_of(reader: Reader, viewer: Viewer, keys: Sequence[str]) -> dict[str, ContentItem]:
    """The items that bear these keys."""
    return await store.by_keys(reader, viewer, keys)


async def keys_with_themes(reader: Reader, viewer: Viewer, themes: Sequence[str]) -> list[str]:
    """The keys of the items that carry one of these themes."""
    return [item.key for item in await store.with_themes(reader, viewer, themes)]


async def keys_of(reader: Reader, viewer: Viewer, item_ids: Sequence[str]) -> dict[str, str]:
    """How events name these items, by id; ids without an item are left out."""
    return {item.id: item.key for item in (await store.by_ids(reader, viewer, item_ids)).values()}


async def batch_get(resources: Resources, viewer: Viewer, item_ids: Sequence[str]) -> list[ContentItemView | None]:
    """The items of these ids, in their order, null for what is not there or hidden."""
    sight = resources.reference.permissions.sight_of(viewer, Sight.CONTENT, on=today())
    found = await store.by_ids(resources.database, viewer, item_ids)
    items = {item.id: item for item in found.values() if sight.reaches(owners=[item.body_id])}
    return [view(items[item_id]) if item_id in items else None for item_id in item_ids]


def view(item: ContentItem) -> ContentItemView:
    """What the service answers with."""
    return ContentItemView(**{name: getattr(item, name) for name in ContentItemView.model_fields if name != "may"})
