"""Bad input never gets a 500."""

from tests.running_service import Api
from tests.services.bad_input import survives
from tests.services.honors.test_honors import decide, dossier, submitted


async def test_bad_input_is_answered(honors: Api) -> None:
    row = await honors.call("/v1/nominations", dossier("Lê Văn Kiểm Thử", 20), as_="officer")
    _, honor = await decide(honors, await submitted(honors, "Phạm Thị Kiểm Thử", 20), "1169/QĐ-KT", 10)
    await survives(
        honors,
        "honors",
        tokens=[honors.tokens[name] for name in ("council", "officer", "auditor")],
        known=[row["id"], honor["id"]],
        forms={"/v1/nominations": dossier("Trần Văn Kiểm Thử", 20), "/v1/nominations:pipeline": {"scope": None}},
    )
