"""Budgets: how much cost each principal may ask in a minute, kept in the memory of this process."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import HTTPConnection

from gateway.errors import Code, Fault

SECONDS = 60.0


@dataclass(slots=True)
class _Left:
    cost: float
    at: float


class Budgets:
    """One budget a principal, which fills up again within a minute.

    `most` principals are remembered; beyond, the one that was quiet longest begins anew. `now` is a clock in seconds.
    """

    def __init__(self, a_minute: int, *, most: int, now: Callable[[], float]) -> None:
        self._a_minute, self._most, self._now = a_minute, most, now
        self._left: OrderedDict[str, _Left] = OrderedDict()

    def spend(self, principal: str, cost: int) -> None:
        """Takes the cost of one operation; even one that asks for nothing takes 1. Raises RATE_LIMITED."""
        taken, left = max(cost, 1), self._refilled(principal)
        if left.cost < taken:
            raise _over(math.ceil((taken - left.cost) * SECONDS / self._a_minute))
        left.cost -= taken

    def _refilled(self, principal: str) -> _Left:
        now = self._now()
        left = self._left.setdefault(principal, _Left(self._a_minute, now))
        self._left.move_to_end(principal)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        left.cost = min(self._a_minute, left.cost + (now - left.at) * self._a_minute / SECONDS)
        left.at = now
        return left


def address_of(connection: HTTPConnection, proxies: int) -> str:
    """From where somebody asks: what the first of our own proxies saw, else the peer; of IPv6 the network of a site.

    Each proxy adds to the end of X-Forwarded-For whom it saw, so what stands before those entries may be invented.
    """
    seen = [part.strip() for part in connection.headers.get("x-forwarded-for", "").split(",")]
    peer = connection.client.host if connection.client else ""
    told = seen[-proxies] if 0 < proxies <= len(seen) else peer
    try:
        address = ip_address(told)
    except ValueError:
        return peer
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else told


def _over(retry_after: int) -> Fault:
    vi = f"Bạn đã hỏi quá nhiều trong phút này; hãy thử lại sau {retry_after} giây."
    en = f"Too much was asked in this minute; try again in {retry_after} seconds."
    return Fault(Code.RATE_LIMITED, vi=vi, en=en, retry_after=retry_after)
