"""Demo data that officers enter step by step: plans and activities, tasks and publications, dossiers and honors."""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.changes import DocumentGiven, EvidenceGiven, TransitionRequest
from contracts.honors.nominations import (
    AchievementCategory,
    AchievementGiven,
    AdvanceNominationRequest,
    CouncilVoteGiven,
    CreateNominationRequest,
    DecideNominationRequest,
    NominationState,
    NominationView,
    RecipientGiven,
    RecipientKind,
)
from contracts.plans.activities import (
    ActivityView,
    AddActivityRequest,
    CompleteActivityRequest,
    MoveActivityRequest,
)
from contracts.plans.plans import CreatePlanRequest, PlanObjectiveGiven, PlanView, PromulgatePlanRequest
from contracts.tasks.publications import PublicationView, RecordPublicationRequest
from contracts.tasks.tasks import FundingGiven, RegisterTaskRequest, TaskHostGiven, TaskLevel, TaskState, TaskView
from contracts.vocabulary import ChannelGroup, LocalizedText, OutreachChannel, Role, TargetCode
from lantoa.api import Api
from lantoa.demo import words
from lantoa.demo.words import MARK
from reference.bodies import Body

TASKS, DOSSIERS = 320, 48
S = NominationState


@dataclass(frozen=True, slots=True)
class Desk:
    """One service, and who acts at it: `as_(role, e_id)` gives a connection."""

    as_: Callable[..., Awaitable[Api]]
    today: date
    seed: int


async def body_with_plan(desk: Desk, body: Body) -> None:
    """A plan of the body, most of them promulgated in time, and a few activities."""
    chance = random.Random(f"{desk.seed} {body.id}")
    officer, approver = await desk.as_(Role.BODY_OFFICER, body.e_id), await desk.as_(Role.BODY_APPROVER, body.e_id)
    draw = chance.random()
    objectives = [
        PlanObjectiveGiven(text=LocalizedText(vi=text), target=TargetCode(target), year=2030, goal=goal)
        for text, target, goal in words.OBJECTIVES
    ]
    request = CreatePlanRequest(
        body_id=body.id,
        title=LocalizedText(vi=f"{chance.choice(words.PLAN_TITLES)} {MARK}"),
        starts_on=date(2025, 7, 1),
        ends_on=date(2030, 12, 31),
        objectives=tuple(objectives),
    )
    plan = await officer.post("/v1/plans", request, PlanView)
    for title in chance.sample(words.ACTIVITIES, 2):
        await _activity(desk, officer, plan, title, chance)
    if draw < 0.05:
        return  # still a draft
    await officer.post(f"/v1/plans/{plan.id}:submit", TransitionRequest(expected_version=1), PlanView)
    if draw < 0.08:
        return
    await approver.post(f"/v1/plans/{plan.id}:approve", TransitionRequest(expected_version=2), PlanView)
    signed = _signed(desk.today, chance, is_late=draw < 0.16)
    number = f"{chance.randrange(20, 400)}/KH-{'UBND' if body.e_id.startswith('H') else body.e_id}"
    document = DocumentGiven(number=number, signed_on=max(signed, body.valid_from))
    promulgation = PromulgatePlanRequest(expected_version=3, document=document)
    await approver.post(f"/v1/plans/{plan.id}:promulgate", promulgation, PlanView)


async def task(desk: Desk, bodies: Sequence[Body], number: int) -> None:
    """A task of a body, and what is published about it."""
    chance = random.Random(f"{desk.seed} task {number}")
    body = bodies[number % len(bodies)]
    officer = await desk.as_(Role.BODY_OFFICER, body.e_id)
    place = body.name.vi.removeprefix("Ủy ban nhân dân ").removeprefix("Bộ ")
    title = chance.choice(words.TASK_TITLES).format(place=place)
    state = chance.choice((TaskState.UNDER_WAY, TaskState.UNDER_WAY, TaskState.APPROVED, TaskState.ACCEPTED))
    if chance.random() < 0.08:
        state = TaskState.PROPOSED
    starts = desk.today - timedelta(days=chance.randrange(60, 700))
    request = RegisterTaskRequest(
        is_unclassified=True,
        scheme=f"Chương trình {MARK}",
        code=f"{'ĐTĐL.CN' if body.e_id.startswith('G') else 'ĐTĐP'}-{number:03d}/{starts.year % 100}",
        title=LocalizedText(vi=title),
        level=TaskLevel.NATIONAL if body.e_id.startswith("G") else TaskLevel.PROVINCIAL,
        form=chance.choice(("project", "production_trial", "scheme", "basic_survey")),
        fields=(str(chance.randrange(1, 7)),),
        state=state,
        managing_body_id=body.id,
        hosts=(TaskHostGiven(name=f"Viện nghiên cứu ứng dụng {place} {MARK}"),),
        funding=(
            FundingGiven(name="Ngân sách nhà nước", is_state_budget=True, amount=chance.randrange(5, 90) * 100_000_000),
            FundingGiven(name="Vốn đối ứng", is_state_budget=False, amount=chance.randrange(0, 20) * 100_000_000),
        ),
        starts_on=starts,
        ends_on=starts + timedelta(days=chance.randrange(720, 1500)),
    )
    made = await officer.post("/v1/tasks", request, TaskView)
    groups = chance.choices(
        ((), ("mass_media",), ("digital_platform", "social_network"), tuple(ChannelGroup)), (5, 6, 2, 2)
    )[0]
    for group in groups:
        await _publication(desk, body, made, ChannelGroup(group), chance)


async def dossier(desk: Desk, bodies: Sequence[Body], number: int) -> None:
    """A dossier on its way, some of them up to a public honor."""
    chance = random.Random(f"{desk.seed} dossier {number}")
    body = bodies[number % len(bodies)]
    officer, council = await desk.as_(Role.BODY_OFFICER, body.e_id), await desk.as_(Role.HONORS_COUNCIL, None)
    achieved = desk.today - timedelta(days=chance.randrange(8, 300))
    place = body.name.vi.removeprefix("Ủy ban nhân dân ").removeprefix("Bộ ")
    kind, name = chance.choice(words.RECIPIENTS)
    request = CreateNominationRequest(
        nominator_id=body.id,
        recipient=RecipientGiven(
            kind=RecipientKind(kind), name=f"{name.format(place=place)} số {number} {MARK}",
            province_id=body.province_id,
        ),
        achievement=AchievementGiven(
            category=chance.choice(tuple(AchievementCategory)),
            title=LocalizedText(vi=chance.choice(words.ACHIEVEMENTS)),
            description=LocalizedText(vi=f"Kết quả đã được áp dụng tại {place} {MARK}"),
            achieved_on=achieved,
            evidence=(EvidenceGiven(url=f"https://example.vn/thanh-tich/{number}"),),
        ),
        form="program_recognition",
        kind="merit",
        nominated_on=achieved + timedelta(days=1),
    )  # fmt: skip
    row = await officer.post("/v1/nominations", request, NominationView)
    length = chance.choice((14, 20, 26, 45))
    for place_in_row, stage in enumerate((S.COMPLETENESS_CHECKED, S.APPRAISED, S.COUNCIL_VOTED, S.SUBMITTED), 1):
        on = achieved + timedelta(days=1 + place_in_row * length // 5)
        if on > desk.today or chance.random() < 0.06:
            return
        vote = CouncilVoteGiven(in_favor=chance.randrange(5, 9), against=chance.randrange(0, 3), abstained=0)
        step = AdvanceNominationRequest(
            expected_version=row.version, to=stage, on=on, council_vote=vote if stage is S.COUNCIL_VOTED else None
        )
        row = await council.post(f"/v1/nominations/{row.id}:advance", step, NominationView)
    await _decide(desk, council, row, achieved + timedelta(days=length), number)


async def _decide(desk: Desk, council: Api, row: NominationView, on: date, number: int) -> None:
    if on > desk.today:
        return
    decision = DocumentGiven(number=f"{1000 + number}/QĐ-BKHCN", signed_on=on)
    request = DecideNominationRequest(expected_version=row.version, decision=decision, decided_by_id=row.held_by_id)
    row = await council.post(f"/v1/nominations/{row.id}:decide", request, NominationView)
    announced_on = on + timedelta(days=3)
    if announced_on <= desk.today:
        step = AdvanceNominationRequest(expected_version=row.version, to=S.ANNOUNCED, on=announced_on)
        await council.post(f"/v1/nominations/{row.id}:advance", step, NominationView)


async def _activity(desk: Desk, officer: Api, plan: PlanView, title: str, chance: random.Random) -> None:
    due = desk.today + timedelta(days=chance.randrange(-240, 150))
    request = AddActivityRequest(
        plan_id=plan.id,
        title=LocalizedText(vi=f"{title} {MARK}"),
        stage="2026-2030",
        audiences=("communicators",),
        channels=(OutreachChannel.PORTAL, OutreachChannel.SOCIAL_NETWORK),
        starts_on=due - timedelta(days=60),
        due_on=due,
        budget=chance.randrange(2, 60) * 10_000_000,
    )
    activity = await officer.post("/v1/activities", request, ActivityView)
    if due >= desk.today or chance.random() < 0.15:
        return
    version, path = activity.version, f"/v1/activities/{activity.id}"
    if chance.random() < 0.1:
        moved = MoveActivityRequest(expected_version=1, due_on=due + timedelta(days=20), reason="Chờ kinh phí phân bổ")
        version = (await officer.post(f"{path}:move", moved, ActivityView)).version
    done_on = min(desk.today, due + timedelta(days=chance.choice((-20, -8, -2, 9))))
    proof = EvidenceGiven(title="Hình ảnh hoạt động", url=f"https://example.vn/hoat-dong/{activity.id}")
    report = CompleteActivityRequest(expected_version=version, done_on=done_on, evidence=(proof,))
    await officer.post(f"{path}:complete", report, ActivityView)


async def _publication(desk: Desk, body: Body, task: TaskView, group: ChannelGroup, chance: random.Random) -> None:
    officer, approver = await desk.as_(Role.BODY_OFFICER, body.e_id), await desk.as_(Role.BODY_APPROVER, body.e_id)
    request = RecordPublicationRequest(
        title=f"{task.title.vi}: kết quả bước đầu {MARK}",
        url=f"https://example.vn/{group.value}/{task.id}",
        outlet=chance.choice(words.OUTLETS[group.value]),
        channel_group=group,
        published_on=desk.today - timedelta(days=chance.randrange(1, 200)),
        task_ids=(task.id,),
    )
    made = await officer.post("/v1/publications", request, PublicationView)
    if chance.random() < 0.85:
        step = TransitionRequest(expected_version=made.version)
        await approver.post(f"/v1/publications/{made.id}:verify", step, PublicationView)


def _signed(today: date, chance: random.Random, *, is_late: bool) -> date:
    """A day before the due day of T1, or after it."""
    first, last = (date(2026, 1, 5), date(2026, 6, 30)) if is_late else (date(2025, 7, 15), date(2025, 12, 28))
    day = first + timedelta(days=chance.randrange((last - first).days))
    return min(day, today)
