"""A budget fills up within a minute, and who asks without a token is known by where from."""

import pytest
from starlette.requests import HTTPConnection

from gateway.errors import Code, Fault
from gateway.execution.budgets import Budgets, address_of


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def test_a_budget_is_spent_refused_and_filled_again() -> None:
    clock = Clock()
    budgets = Budgets(600, most=10, now=clock)
    budgets.spend("a", 500)
    with pytest.raises(Fault) as refused:
        budgets.spend("a", 150)
    assert (refused.value.code, refused.value.retry_after) == (Code.RATE_LIMITED, 5)
    budgets.spend("b", 600)  # everybody has one of their own
    clock.now = 5.0
    budgets.spend("a", 150)
    clock.now = 1000.0
    budgets.spend("a", 600)  # never more than a minute's worth waits
    with pytest.raises(Fault):
        budgets.spend("a", 0)  # even nothing costs 1


def test_the_number_of_principals_is_bounded_and_the_quiet_ones_go_first() -> None:
    budgets = Budgets(10, most=2, now=Clock())
    for principal in ("quiet", "busy"):
        budgets.spend(principal, 10)
    with pytest.raises(Fault):
        budgets.spend("busy", 1)
    budgets.spend("third", 10)
    budgets.spend("quiet", 10)  # forgotten, so it begins anew
    assert len(budgets._left) == 2


@pytest.mark.parametrize(
    ("forwarded", "proxies", "found"),
    [
        (None, 0, "192.0.2.1"),
        ("198.51.100.7", 0, "192.0.2.1"),
        ("198.51.100.7", 1, "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", 1, "198.51.100.7"),  # the first is what the client claims
        ("203.0.113.9, 198.51.100.7", 2, "203.0.113.9"),
        ("198.51.100.7", 2, "192.0.2.1"),
        ("unknown", 1, "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", 1, "2001:db8:1:2::/64"),
    ],
)
def test_only_what_our_own_proxies_saw_is_believed(forwarded: str | None, proxies: int, found: str) -> None:
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    connection = HTTPConnection({"type": "http", "headers": headers, "client": ("192.0.2.1", 1)})
    assert address_of(connection, proxies) == found
