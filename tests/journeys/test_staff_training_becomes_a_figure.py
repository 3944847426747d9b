"""T4 as its users live it: two files come in, and the graph shows who is trained, to each as much as they may see."""

import json
from pathlib import Path
from typing import Any

from tests.running import Stack, until

STAFF = """body_e_id,staff_key,kind,full_time,head_count,valid_from,valid_to
H57,hue-001,communication,yes,,2025-07-01,
H57,hue-002,grassroots_information,yes,,2025-07-01,
H57,hue-003,grassroots_information,no,,2025-07-01,
H57,012345678901,communication,yes,,2025-07-01,
G06,most-01,communication,yes,,2025-07-01,
G01,,communication,,25,2025-07-01,
"""
COMPLETIONS = """staff_key,course,topics,completed_on,valid_until
hue-001,Lớp 1,digital_communication;science_technology,2025-09-01,
hue-002,Lớp 1,digital_communication,2025-09-01,
hue-003,Lớp 1,digital_communication;science_technology,2025-09-01,
most-01,Lớp 2,astrology,2025-09-01,
"""
QUERY = """
query ($asOf: Date) {
  program { figure(measure: STAFF_TRAINED, asOf: $asOf) { ...F } }
  provinceByCode(code: "46") {
    trained: figure(measure: STAFF_TRAINED, asOf: $asOf) {
      ...F
      items(first: 10) { nodes { outcome reason { code } subject { __typename } label } }
    }
    half: figure(measure: STAFF_HALF_TRAINED, asOf: $asOf) { ...F }
  }
}
fragment F on Figure { numerator denominator value excluded { reason { code } count } }
"""


async def test_files_of_staff_and_trainings_become_t4(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text(STAFF, encoding="utf-8")
    (tmp_path / "done.csv").write_text(COMPLETIONS, encoding="utf-8")
    staff = json.loads(stack.command("import", "staff", str(tmp_path / "staff.csv"), "--json"))
    assert (staff["accepted_count"], staff["rejected_count"]) == (5, 1)
    assert staff["row_errors"][0]["code"] == "NOT_A_PSEUDONYM"
    done = json.loads(stack.command("import", "training-completions", str(tmp_path / "done.csv"), "--json"))
    assert (done["accepted_count"], done["rejected_count"]) == (3, 1)

    async def shown() -> dict[str, Any]:
        return await stack.ask(QUERY, {"asOf": "2026-01-31"}, stack.token("body_officer", "H57"))

    async def is_there() -> object:
        answer = await shown()
        return True if _sums(answer["data"]["provinceByCode"]["trained"]) == (1, 2) else answer

    await until(is_there)
    answer = await shown()
    assert "errors" not in answer
    assert _sums(answer["data"]["program"]["figure"]) == (1, 28)
    assert {"reason": {"code": "unverified_head_count"}, "count": 25} in answer["data"]["program"]["figure"]["excluded"]
    assert _sums(answer["data"]["provinceByCode"]["half"]) == (1, 2)
    labels = [item["label"] for item in answer["data"]["provinceByCode"]["trained"]["items"]["nodes"]]
    assert labels == ["Cán bộ hue-001", "Cán bộ hue-002", "Cán bộ hue-003"]

    public = await stack.ask(QUERY, {"asOf": "2026-01-31"})
    assert _sums(public["data"]["provinceByCode"]["trained"]) == (1, 2)
    assert public["data"]["provinceByCode"]["trained"]["items"]["nodes"] == []


def _sums(figure: dict[str, Any]) -> tuple[int, int]:
    return figure["numerator"], figure["denominator"]
