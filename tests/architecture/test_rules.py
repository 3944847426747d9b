"""Each house rule catches what it is for, and lets pass what is right."""

from collections.abc import Callable, Iterator

import pytest

from tests.architecture import rules
from tests.architecture.sources import Source, source

Rule = Callable[[Source], Iterator[str]]
CAUGHT: tuple[tuple[Rule, str, str], ...] = (
    (rules.documented, "chassis/a.py", "x = 1\n"),
    (rules.documented, "chassis/a.py", '"""What it owns"""\n'),
    (rules.documented, "chassis/a.py", '"""What it owns."""\n\ndef send() -> None:\n    pass\n'),
    (
        rules.documented,
        "chassis/a.py",
        '"""Own."""\n\nclass A:\n    """Own."""\n\n    async def go(self) -> None:\n        pass\n',
    ),
    (rules.named_well, "gateway/utils.py", '"""Own."""\n'),
    (rules.named_well, "services/common/a.py", '"""Own."""\n'),
    (rules.short, "chassis/a.py", "x = 1\n" * 401),
    (rules.knows_no_domain, "chassis/a.py", "def plan_of(row: object) -> None: ...\n"),
    (rules.knows_no_domain, "chassis/a.py", "class ProvinceStore: ...\n"),
    (rules.knows_no_domain, "chassis/a.py", "send(commune=1)\n"),
    (rules.asks_no_clock, "services/a.py", "from datetime import datetime\nx = datetime.now()\n"),
    (rules.asks_no_clock, "services/a.py", "from time import monotonic as now\nx = now()\n"),
    (rules.asks_no_clock, "services/a.py", "import time\nx = time.time()\n"),
    (rules.makes_no_ids, "services/a.py", "import uuid\nx = uuid.uuid4()\n"),
    (rules.makes_no_ids, "services/a.py", "from uuid import uuid4\nx = uuid4()\n"),
)
FINE: tuple[tuple[Rule, str, str], ...] = (
    (rules.documented, "chassis/a.py", '"""Own."""\n\ndef _send() -> None:\n    pass\n'),
    (
        rules.documented,
        "chassis/a.py",
        '"""Own."""\n\ndef send() -> None:\n    """Sends."""\n    def inner() -> None: pass\n',
    ),
    (
        rules.documented,
        "chassis/a.py",
        '"""Own."""\n\nclass A:\n    """Has a name."""\n\n    def name(self) -> str: ...\n',
    ),
    (rules.named_well, "lantoa/problems.py", '"""Own."""\n'),
    (rules.short, "chassis/a.py", "x = 1\n" * 400),
    (rules.knows_no_domain, "chassis/a.py", "asyncio.create_task(explanation, planned=measurement)\n"),
    (rules.asks_no_clock, "services/a.py", "from chassis.clock import monotonic\nx = monotonic()\n"),
    (rules.makes_no_ids, "services/a.py", "from uuid import UUID\nx = UUID(text)\n"),
)


@pytest.mark.parametrize(
    ("rule", "path", "text"), CAUGHT, ids=[f"{rule.__name__}-{n}" for n, (rule, *_) in enumerate(CAUGHT)]
)
def test_what_breaks_a_rule_is_caught(rule: Rule, path: str, text: str) -> None:
    assert list(rule(source(path, text)))


@pytest.mark.parametrize(
    ("rule", "path", "text"), FINE, ids=[f"{rule.__name__}-{n}" for n, (rule, *_) in enumerate(FINE)]
)
def test_what_is_right_passes(rule: Rule, path: str, text: str) -> None:
    assert list(rule(source(path, text))) == []
