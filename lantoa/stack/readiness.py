"""Asking a service whether it is ready: one GET of `/readyz`."""

from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

PROBE_SECONDS = 2.0


def is_ready(url: str) -> bool:
    """Whether the process at this base address answers `/readyz` with 200, within two seconds."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
