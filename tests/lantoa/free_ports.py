"""Ports for a whole stack that a test starts."""

from lantoa.stack.ports import StackPorts, free_port, is_free


def free_base() -> int:
    """A base whose eight ports are all free."""
    while True:
        base = min(free_port(), 65000)
        if all(is_free(port) for port in StackPorts.from_base(base).all()):
            return base
