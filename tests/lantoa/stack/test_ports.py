"""Ports derived from a base, and what is said when one is taken."""

import socket

import pytest

from lantoa.problems import CommandError
from lantoa.stack.ports import LOOPBACK, StackPorts, accepts, free_port, is_free, require_free


def test_ports_follow_the_base_without_meeting() -> None:
    ports = StackPorts.from_base(9000)
    assert ports.gateway == 9000
    assert len(set(ports.all())) == 8 and max(ports.all()) == 9007
    assert ports.of("honors") == ports.honors


def test_a_taken_port_is_named() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        assert accepts(port) and not is_free(port)
        with pytest.raises(CommandError, match="port_taken") as refusal:
            require_free(StackPorts.from_base(port - 3))
        assert str(port) in str(refusal.value.where)


def test_a_free_port_is_free() -> None:
    port = free_port()
    assert is_free(port) and not accepts(port)
