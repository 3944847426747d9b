"""The inbox: which messages of other services were handled, written in the transaction of what they changed."""

import hashlib

from chassis import clock
from chassis.messages import Message
from chassis.mongo import ASCENDING, IndexModel, Transaction

COLLECTION = "inbox"
RETENTION_SECONDS = 30 * 86400  # longer than any topic keeps a message
INDEXES = (IndexModel([("at", ASCENDING)], name="expiry", expireAfterSeconds=RETENTION_SECONDS),)


class ContentDiffers(Exception):
    """A known message id came with other data: one of the two is wrong, and a person must look."""


async def is_new(transaction: Transaction, message: Message) -> bool:
    """Notes the message; False when it was handled before. Raises `ContentDiffers`."""
    key = f"{message.source}|{message.id}"
    digest = hashlib.sha256(message.payload()).hexdigest()
    inbox = transaction.collection(COLLECTION)
    known = await inbox.find_one({"_id": key})
    if known is None:
        await inbox.insert_one({"_id": key, "digest": digest, "at": clock.now()})
        return True
    if known["digest"] != digest:
        raise ContentDiffers(key)
    return False
