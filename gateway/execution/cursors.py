"""Cursors: a place in a list, signed, and bound to the list and its filter; a forged or foreign one is refused."""

import base64
import binascii
import hashlib
import hmac

from gateway.errors import cursor_invalid

_SIGNATURE = 12


class Cursors:
    """Seals and opens cursors with a secret that all gateways share."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def seal(self, bound_to: str, place: str) -> str:
        """An opaque cursor of `place` in the list that `bound_to` describes."""
        return base64.urlsafe_b64encode(self._signature(bound_to, place) + place.encode()).decode()

    def open(self, bound_to: str, cursor: str) -> str:
        """The place of a cursor. Raises CURSOR_INVALID."""
        try:
            raw = base64.urlsafe_b64decode(cursor.encode())
            place = raw[_SIGNATURE:].decode()
        except (binascii.Error, ValueError) as error:
            raise cursor_invalid() from error
        if not hmac.compare_digest(raw[:_SIGNATURE], self._signature(bound_to, place)):
            raise cursor_invalid()
        return place

    def _signature(self, bound_to: str, place: str) -> bytes:
        text = f"{bound_to}\x1f{place}".encode()
        return hmac.digest(self._secret, text, hashlib.sha256)[:_SIGNATURE]
