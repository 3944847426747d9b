"""Demo data of people: staff under pseudonyms, and the courses they completed."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from lantoa.demo.territory import table
from reference.bodies import Body

KINDS = ("communication", "grassroots_information", "foreign_information")
BOTH = "digital_communication;science_technology"


def staff(bodies: Sequence[Body], *, seed: int) -> str:
    """Lists of staff of most bodies; two declare a head-count without a list."""
    chance, rows = random.Random(seed + 3), []
    for place, body in enumerate(bodies):
        first = str(max(date(2025, 7, 1), body.valid_from))
        if place % 28 == 27:
            rows.append((body.e_id, "", KINDS[0], "", str(chance.randrange(20, 60)), first))
            continue
        for number in range(chance.randrange(14, 40)):
            full_time = "yes" if chance.random() < 0.9 else "no"
            rows.append((body.e_id, f"demo-{body.e_id}-{number:03d}", chance.choice(KINDS), full_time, "", first))
    return table(("body_e_id", "staff_key", "kind", "full_time", "head_count", "valid_from"), rows)


def completions(staff_table: str, today: date, *, seed: int) -> str:
    """Who completed which course: a little more than half in both topics."""
    chance, rows = random.Random(seed + 4), []
    for line in staff_table.splitlines()[1:]:
        key = line.split(",")[1]
        draw = chance.random()
        if key and draw < 0.82:
            topics = BOTH if draw < 0.58 else chance.choice(BOTH.split(";"))
            on = max(date(2025, 8, 1), today - timedelta(days=chance.randrange(20, 400)))
            rows.append((key, "Lớp bồi dưỡng mẫu", topics, min(on, today).isoformat()))
    return table(("staff_key", "course", "topics", "completed_on"), rows)
