"""A freshly started MongoDB server: waiting until it answers and making it the only member of its replica set.

Synchronous, for the programs that start servers; services use `mongo.py`.
"""

import contextlib
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

ALREADY_INITIALIZED = 23


def answers(address: str, *, seconds: float = 5.0) -> bool:
    """Whether the server at `host:port` takes writes, tried for `seconds`."""
    with _direct(address, seconds) as client:
        try:
            return bool(client.admin.command("hello").get("isWritablePrimary"))
        except PyMongoError:
            return False


def has_primary(url: str, *, seconds: float) -> bool:
    """Whether a server that takes writes is found by a driver's URL."""
    try:
        with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=int(seconds * 1000)) as client:
            return bool(client.admin.command("hello").get("isWritablePrimary"))
    except PyMongoError:
        return False


def initiate(address: str, name: str, *, seconds: float = 20.0) -> None:
    """Make the server at `host:port` the one member of replica set `name`; does nothing where that is done already."""
    with _direct(address, seconds) as client:
        try:
            client.admin.command("replSetInitiate", {"_id": name, "members": [{"_id": 0, "host": address}]})
        except OperationFailure as error:
            if error.code != ALREADY_INITIALIZED:
                raise


def limit_transactions(address: str, *, seconds: int) -> None:
    """Have the server at `host:port` end transactions after `seconds`; one that knows no such limit stays as it is.

    A killed process leaves its open transaction behind, and whoever wants to write the same documents waits for its
    end: a minute unless the server is told otherwise. Lost with a restart of the server.
    """
    with _direct(address, 5.0) as client, contextlib.suppress(OperationFailure):
        client.admin.command({"setParameter": 1, "transactionLifetimeLimitSeconds": seconds})


def _direct(address: str, seconds: float) -> MongoClient[dict[str, Any]]:
    return MongoClient(f"mongodb://{address}/", directConnection=True, serverSelectionTimeoutMS=int(seconds * 1000))
