"""A provincial system is admitted, its play log sent and files brought in, as an operator types it."""

import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from lantoa.app import app
from lantoa.problems import CommandError
from tests.lantoa.free_ports import free_base

COMMUNE = "19753"
ACCESS_POINTS = (
    "province_code,commune_code,access_point_id,channel_type,device_ids,people_served,villages,valid_from,valid_to\n"
    f"46,{COMMUNE},AP-1,1,D-1,1200,,2025-07-01,\n"
    "46,99999,AP-2,1,D-2,1200,,2025-07-01,\n"
)


def _run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--data", str(data)])


def _answer(data: Path, *arguments: str) -> dict[str, object]:
    outcome = _run(data, *arguments, "--json")
    assert outcome.exit_code == 0, outcome.exception
    answer: dict[str, object] = orjson.loads(outcome.stdout)
    return answer


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a stack that runs with an emitter for Huế."""
    folder = tmp_path_factory.mktemp("stack")
    started = _run(folder, "up", "--empty", "--detach", "--port-base", str(free_base()))
    assert started.exit_code == 0, started.exception
    _answer(folder, "emitter", "add", "H57", "--name", "Huế")
    yield folder
    _run(folder, "down")


def _record(number: int, **changes: object) -> bytes:
    fields = {
        "NguonID": "H57",
        "DichID": COMMUNE,
        "CumLoaID": "D-1",
        "BanTinID": f"BT-{number}",
        "LoaiLinhVuc": 5,
        "ThoiDiemBatDau": int(time.time()) - 3600,
        "ThoiLuong": 120,
        "AmLuong": 70,
    }
    return orjson.dumps(fields | changes) + b"\n"


def test_an_emitter_is_told_its_topics(data: Path) -> None:
    answer = _answer(data, "emitter", "add", "H57", "--name", "Huế")
    assert (answer["inbox"], answer["receipts"]) == ("lantoa.inbox.H57", "lantoa.receipts.H57")
    listed = orjson.loads(_run(data, "emitter", "list", "--json").stdout)
    assert [(emitter["e_id"], emitter["name"]) for emitter in listed] == [("H57", "Huế")]


def test_a_play_log_is_sent_once_however_often(data: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.ndjson"
    log.write_bytes(_record(1) + _record(2, ThoiLuong=2) + _record(3, NguonID="H26"))
    first = _answer(data, "play-log", "send", str(log), "--as", "H57")
    assert first == {"counted": 1, "unheard: too_short": 1, "rejected: source_not_allowed": 1}
    again = _answer(data, "play-log", "send", str(log), "--as", "H57")
    assert again == {"duplicate": 2, "rejected: source_not_allowed": 1}


def test_good_rows_come_in_and_bad_ones_are_shown(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text(ACCESS_POINTS)
    job = _answer(data, "import", "access-points", str(file), "--scope", "H57")
    assert (job["state"], job["accepted_count"], job["rejected_count"]) == ("done", 1, 1)
    strict = _run(data, "import", "access-points", str(file), "--scope", "H57", "--strict")
    assert strict.exit_code == 1
    assert "commune_code" in strict.stdout


def test_a_file_of_another_form_is_refused_with_its_reason(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("a,b\n1,2\n")
    refusal = _run(data, "import", "access-points", str(file), "--scope", "H57").exception
    assert isinstance(refusal, CommandError)
    assert refusal.code == "import_failed" and "province_code" in refusal.en
