"""The rules of S&T tasks: who is in the denominator of T2 and since when, and how far a task has been told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from chassis.problems import refused
from contracts.tasks.tasks import FundingSource, TaskCommunication, TaskHost, TaskLevel, TaskState
from contracts.vocabulary import ChannelGroup, DatedId, LocalizedText

PROGRAM_BEGAN = date(2025, 6, 16)  # the day of Decision 1169
COUNTED_STATES = frozenset(TaskState) - {TaskState.PROPOSED}


@dataclass(frozen=True, slots=True)
class Told:
    """One verified publication of a task: its group, the day it came out, and when it was verified."""

    group: ChannelGroup
    published_on: date
    verified_at: datetime


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that is no state secret: the only kind that stores, messages and logs accept.

    `eligible_on` is the day from which it is in the denominator of T2 (None: it is not, for `left_out`);
    `communicated_on` and `all_groups_on` are the days from which it is in the two numerators.
    """

    id: str
    version: int
    updated_at: datetime
    registered_at: datetime
    scheme: str
    code: str
    code_key: str
    title: LocalizedText
    folded_title: str
    level: TaskLevel
    form: str
    fields: tuple[str, ...]
    state: TaskState
    managing_body_id: DatedId
    body_ids: tuple[DatedId, ...]  # managing body and hosts among the bodies
    hosts: tuple[TaskHost, ...]
    funding: tuple[FundingSource, ...]
    summary: LocalizedText | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    declassified_on: date | None = None
    counted_since: date | None = None  # the day on which it was first recorded as approved or later
    eligible_on: date | None = None
    left_out: str | None = None
    groups: tuple[ChannelGroup, ...] = ()
    communicated_on: date | None = None
    all_groups_on: date | None = None
    first_verified_at: datetime | None = None
    verified_count: int = 0
    pending_count: int = 0

    @property
    def state_budget_share(self) -> float:
        """State money among all money, 0 to 1."""
        total = sum(source.amount for source in self.funding)
        state = sum(source.amount for source in self.funding if source.is_state_budget)
        return round(state / total, 6) if total else 0.0

    @property
    def communication(self) -> TaskCommunication:
        """How far it has been told."""
        return TaskCommunication(
            is_communicated=bool(self.groups),
            groups=self.groups,
            missing_groups=tuple(group for group in ChannelGroup if group not in self.groups),
            first_verified_at=self.first_verified_at,
            verified_count=self.verified_count,
            pending_count=self.pending_count,
        )


def code_key(scheme: str, code: str) -> str:
    """How codes are compared: free text plus the scheme that issued it, blanks and case aside."""
    return f"{''.join(scheme.split()).upper()}|{''.join(code.split()).upper()}"


def check_days(starts_on: date | None, ends_on: date | None) -> None:
    """Refuses a task that ends before it starts."""
    if starts_on and ends_on and ends_on < starts_on:
        raise refused("INVALID", "/ends_on", vi="Kết thúc trước khi bắt đầu.", en="It ends before it starts.")


def judged(task: OpenTask, today: date) -> OpenTask:
    """The task with its place in T2: state money, approved or later, not ended before the program began.

    At a past day a state counts from the day it was recorded; a declassified task enters on that day. Terminated stays.
    """
    since = task.counted_since
    if task.state in COUNTED_STATES and since is None:
        since = task.declassified_on or today
    if task.state not in COUNTED_STATES:
        since = None
    reason = _left_out(task)
    return replace(task, counted_since=since, eligible_on=None if reason else since, left_out=reason)


def told(task: OpenTask, publications: Sequence[Told], pending: int) -> OpenTask:
    """The task with what is published about it; the same publications always give the same."""
    first: dict[ChannelGroup, date] = {}
    for publication in publications:
        day = publication.published_on
        first[publication.group] = min(day, first.get(publication.group, day))
    return replace(
        task,
        groups=tuple(group for group in ChannelGroup if group in first),
        communicated_on=min(first.values(), default=None),
        all_groups_on=max(first.values()) if len(first) == len(ChannelGroup) else None,
        first_verified_at=min((publication.verified_at for publication in publications), default=None),
        verified_count=len(publications),
        pending_count=pending,
    )


def _left_out(task: OpenTask) -> str | None:
    if task.state_budget_share <= 0:
        return "no_state_budget"
    if task.state not in COUNTED_STATES:
        return "not_approved"
    if task.ends_on is not None and task.ends_on < PROGRAM_BEGAN:
        return "ended_before_program"
    return None
