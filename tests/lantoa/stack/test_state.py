"""The state file is believed only while a supervisor holds the folder."""

from pathlib import Path

import pytest

from lantoa.problems import CommandError
from lantoa.stack import state
from lantoa.stack.layout import DataFolder
from lantoa.stack.state import StackState

STATE = StackState(supervisor=1, port_base=9000)


def test_a_state_is_read_back_while_the_folder_is_held(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    with data.locked():
        state.write(data, STATE)
        assert state.read(data) == STATE
        assert state.require(data) == STATE
    assert not data.state.with_suffix(".draft").exists()


def test_the_file_of_a_dead_supervisor_is_not_believed(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    with data.locked():
        state.write(data, STATE)
    assert state.read(data) is None
    with pytest.raises(CommandError, match="not_running"):
        state.require(data)


def test_a_damaged_file_is_no_state(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    with data.locked():
        data.state.write_text("{")
        assert state.read(data) is None


def test_a_folder_has_one_supervisor(tmp_path: Path) -> None:
    with DataFolder(tmp_path).locked():
        assert DataFolder(tmp_path).is_locked()
        with pytest.raises(CommandError, match="already_running"), DataFolder(tmp_path).locked():
            pytest.fail("two supervisors on one folder")
    assert not DataFolder(tmp_path).is_locked()


def test_addresses_follow_the_port_base() -> None:
    assert STATE.graph == "http://127.0.0.1:9000/graphql"
    assert STATE.live == "ws://127.0.0.1:9000/graphql"
    assert STATE.ingest == STATE.url_of("outreach") == "http://127.0.0.1:9003"
    assert STATE.kafka == "127.0.0.1:9006"
