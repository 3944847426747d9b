"""Registers content items that a file or a form names; the same file twice changes nothing."""

from collections.abc import Sequence

from chassis import audit
from chassis.identity import Viewer
from chassis.mongo import Transaction
from contracts.outreach.content_items import ContentItemChanged
from reference.resources import Resources
from services.outreach.content_items import store
from services.outreach.content_items.domain import ContentItem, merged


async def register(
    transaction: Transaction, resources: Resources, viewer: Viewer, items: Sequence[ContentItem]
) -> tuple[int, int]:
    """Adds or changes items by their keys; answers (changed, known already). Runs in the caller's transaction."""
    present = await store.by_keys(transaction, viewer, [item.key for item in items])
    changed: dict[str, ContentItem] = {}
    for item in items:
        after = merged(changed.get(item.key) or present.get(item.key), item)
        if after is not None:
            changed[item.key] = after
    await store.save(transaction, list(changed.values()))
    messages = [
        resources.outbox.message(_changed(item), subject=item.id, sequence=item.version) for item in changed.values()
    ]
    await resources.outbox.append(transaction, messages)
    if changed:  # one row for the batch: the actor names the job, and the job its file
        await audit.note(transaction, viewer, "REGISTER_CONTENT_ITEMS", store.COLLECTION)
    return len(changed), len(items) - len(changed)


def _changed(item: ContentItem) -> ContentItemChanged:
    fields = {name: getattr(item, name) for name in ContentItemChanged.model_fields if name != "content_key"}
    return ContentItemChanged(content_key=item.key, **fields)
