"""Every process is told its own port and everybody's addresses."""

from pathlib import Path

from lantoa.stack import programs
from lantoa.stack.layout import DataFolder
from lantoa.stack.state import SERVICES, EngineState, StackState

ENGINES = {
    "mongo": EngineState(kind="mongo-rs", url="mongodb://127.0.0.1:9005/"),
    "kafka": EngineState(kind="tansu", url="127.0.0.1:9006", is_idempotent=False),
}
STATE = StackState(supervisor=1, port_base=9000, engines=ENGINES)


def test_a_service_is_told_where_everything_is(tmp_path: Path) -> None:
    child = programs.child("honors", data=DataFolder(tmp_path), state=STATE, jwks=tmp_path / "jwks.json")
    assert child.command[1:] == ("-m", "services.honors", "all")
    assert child.environment["LANTOA_PORT"] == "9004"
    assert child.environment["LANTOA_MONGO_URL"] == "mongodb://127.0.0.1:9005/"
    assert child.environment["LANTOA_MONGO_IN_TURNS"] == "false"
    assert child.environment["LANTOA_KAFKA_BOOTSTRAP"] == "127.0.0.1:9006"
    assert child.environment["LANTOA_KAFKA_IDEMPOTENT"] == "false"
    assert child.environment["LANTOA_OUTREACH_URL"] == "http://127.0.0.1:9003"
    assert child.environment["LANTOA_PUBLIC_URL"] == "http://127.0.0.1:9000"
    assert Path(child.environment["LANTOA_JWKS"]).is_absolute()


def test_a_service_with_a_database_for_itself_is_told_of_no_other(tmp_path: Path) -> None:
    own = {f"mongo-{name}": EngineState(kind="mongo-py", url=f"mongodb://{name}/") for name in SERVICES}
    state = STATE.model_copy(update={"engines": own | {"kafka": ENGINES["kafka"]}})
    told = programs.child("honors", data=DataFolder(tmp_path), state=state, jwks=tmp_path / "jwks.json").environment
    assert (told["LANTOA_MONGO_URL"], told["LANTOA_MONGO_IN_TURNS"]) == ("mongodb://honors/", "true")
    gateway = programs.child("gateway", data=DataFolder(tmp_path), state=state, jwks=tmp_path / "jwks.json")
    assert "LANTOA_MONGO_URL" not in gateway.environment


def test_of_an_engine_that_is_given_a_process_inherits_what_the_supervisor_was_told(tmp_path: Path) -> None:
    given = ENGINES | {"mongo": EngineState(kind="given", url="mongodb://db:27017/", is_given=True)}
    state = STATE.model_copy(update={"engines": given})
    told = programs.child("honors", data=DataFolder(tmp_path), state=state, jwks=tmp_path / "jwks.json").environment
    assert "LANTOA_MONGO_URL" not in told and told["LANTOA_KAFKA_BOOTSTRAP"] == "127.0.0.1:9006"


def test_the_gateway_is_one_process() -> None:
    assert programs.command("gateway")[1:] == ("-m", "gateway")


def test_what_is_no_program_is_not_installed() -> None:
    assert not programs.is_installed("lighthouse")
