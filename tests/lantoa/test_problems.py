"""A refusal survives the way from one process to another."""

from lantoa.problems import CommandError, Fault


def test_a_problem_is_read_back_from_its_line() -> None:
    fault = Fault("REQUIRED", "/name", "Thiếu.", "Missing.")
    problem = CommandError("port_taken", vi="Cổng bận.", en="Taken.", where="8570", faults=(fault,))
    read = CommandError.from_json(problem.to_json())
    assert read is not None
    assert (read.code, read.vi, read.en, read.where, read.faults) == (
        "port_taken",
        "Cổng bận.",
        "Taken.",
        "8570",
        (fault,),
    )


def test_another_line_is_no_problem() -> None:
    assert CommandError.from_json("Traceback (most recent call last):") is None
    assert CommandError.from_json('{"event": "started"}') is None
    assert CommandError.from_json("") is None
