"""A database and a broker that run already: `lantoa up` uses them in place of starting its own.

`LANTOA_MONGO_URL` and `LANTOA_KAFKA_BOOTSTRAP` name them, as they do for the services, which inherit both together with
`LANTOA_DATABASE_PREFIX`, `LANTOA_KAFKA_IDEMPOTENT` and whatever else they know. Each may be given alone. A broker
belongs to one stack, as topics have fixed names; a database may serve several, each with a prefix of its own.
"""

import os
import socket
from urllib.parse import urlsplit, urlunsplit

from chassis import replica_set
from lantoa.problems import CommandError
from lantoa.stack.state import EngineState

DATABASE, BROKER, IDEMPOTENT = "LANTOA_MONGO_URL", "LANTOA_KAFKA_BOOTSTRAP", "LANTOA_KAFKA_IDEMPOTENT"
KIND = "given"
PATIENCE_SECONDS = 5.0


def database() -> EngineState | None:
    """The database that is named, or None; `engine_unreachable` when no primary answers there."""
    url = os.environ.get(DATABASE)
    if not url:
        return None
    if not replica_set.has_primary(url, seconds=PATIENCE_SECONDS):
        raise _unreachable(DATABASE, without_user(url))
    return EngineState(kind=KIND, url=without_user(url), is_given=True)


def broker() -> EngineState | None:
    """The broker that is named, or None; `engine_unreachable` when none of its addresses takes connections."""
    addresses = os.environ.get(BROKER)
    if not addresses:
        return None
    if not any(_accepts(address) for address in addresses.split(",")):
        raise _unreachable(BROKER, addresses)
    is_idempotent = os.environ.get(IDEMPOTENT, "true").lower() not in ("false", "0", "no", "off")
    return EngineState(kind=KIND, url=addresses, is_idempotent=is_idempotent, is_given=True)


def without_user(url: str) -> str:
    """The address without user and password, for files and screens."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _accepts(address: str) -> bool:
    host, _, port = address.strip().rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS):
            return True
    except (OSError, ValueError):
        return False


def _unreachable(name: str, where: str) -> CommandError:
    return CommandError(
        "engine_unreachable",
        vi=f"Không liên lạc được với máy chủ mà {name} chỉ tới; bỏ biến này để dùng máy chủ nhúng.",
        en=f"Nothing answers where {name} points; unset it to have a server started here.",
        where=where,
    )
