"""The house rules hold for every source file."""

from tests.architecture import rules
from tests.architecture.sources import sources


def test_everything_public_says_what_it_is() -> None:
    assert [fault for file in sources() for fault in rules.documented(file)] == []


def test_files_are_named_by_what_they_do() -> None:
    assert [fault for file in sources() for fault in rules.named_well(file)] == []


def test_no_file_is_too_long() -> None:
    assert [fault for file in sources() for fault in rules.short(file)] == []


def test_the_chassis_knows_no_domain() -> None:
    assert [fault for file in sources("chassis") for fault in rules.knows_no_domain(file)] == []


def test_every_exception_for_the_chassis_is_still_needed() -> None:
    text = "".join(file.text for file in sources("chassis"))
    assert [name for name in rules.ALLOWED if name not in text] == []


def test_time_and_ids_have_one_source_each() -> None:
    elsewhere = [file for file in sources() if file.path not in ("chassis/clock.py", "chassis/ids.py")]
    assert [
        fault for file in elsewhere for rule in (rules.asks_no_clock, rules.makes_no_ids) for fault in rule(file)
    ] == []
