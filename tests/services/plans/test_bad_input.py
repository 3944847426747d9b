"""Bad input never gets a 500."""

from tests.running_service import Api
from tests.services.bad_input import survives
from tests.services.plans.test_plans import DAYS, H57, TITLE, draft
from tests.services.plans.test_rules import activity


async def test_bad_input_is_answered(plans: Api) -> None:
    plan = await draft(plans, H57, "officer")
    step = await activity(plans, plan["id"], "officer")
    await survives(
        plans,
        "plans",
        tokens=[plans.tokens[name] for name in ("officer", "approver", "coordinator")],
        known=[plan["id"], step["id"]],
        forms={
            "/v1/plans": {"body_id": H57, "title": TITLE, **DAYS},
            "/v1/plans:batch-list": {"lists": [{"first": 1}]},
        },
    )
