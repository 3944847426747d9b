"""Bad input never gets a 500."""

from tests.running_service import Api
from tests.services.bad_input import survives
from tests.services.tasks.test_tasks import article, given


async def test_bad_input_is_answered(tasks: Api) -> None:
    task = await tasks.call("/v1/tasks", given("bad-input"), as_="officer")
    published = await tasks.call("/v1/publications", article([task["id"]], 1169), as_="officer")
    await survives(
        tasks,
        "tasks",
        tokens=[tasks.tokens[name] for name in ("officer", "approver", "coordinator")],
        known=[task["id"], published["id"]],
        forms={"/v1/tasks": given("bad-input-2"), "/v1/publications": article([task["id"]], 1170)},
    )
