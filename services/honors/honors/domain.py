"""The rules of honors: what a decision makes, and how one is announced, presented or revoked."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from chassis.problems import state_conflict
from contracts.changes import DocumentView
from contracts.honors.honors import HonorState
from contracts.honors.nominations import Achievement, Recipient
from contracts.vocabulary import DatedId, LocalizedText


@dataclass(frozen=True, slots=True)
class Honor:
    """An honor as it is kept. `achievement_key` binds it to its achievement: one achievement, one honor."""

    id: str
    version: int
    updated_at: datetime
    nomination_id: str
    nominator_id: DatedId
    form: str
    kind: str
    recipient: Recipient
    folded_text: str
    achievement: Achievement
    achievement_key: str
    state: HonorState
    decided_by_id: DatedId
    decision: DocumentView
    decided_on: date
    days_to_decision: int
    is_on_time: bool
    province_id: DatedId | None = None
    announced_on: date | None = None
    presented_on: date | None = None
    state_reason: LocalizedText | None = None
    revoked_by: DocumentView | None = None
    revoked_on: date | None = None


def announced(honor: Honor, *, on: date, at: datetime) -> Honor:
    """The honor made public."""
    return _next(honor, at, state=HonorState.ANNOUNCED, announced_on=on)


def presented(honor: Honor, *, on: date, at: datetime) -> Honor:
    """The honor handed over."""
    return _next(honor, at, state=HonorState.PRESENTED, presented_on=on)


def revoked(honor: Honor, document: DocumentView, *, reason: LocalizedText, at: datetime) -> Honor:
    """The honor canceled; that is public and restates the figures. Raises `state-conflict`."""
    if honor.state is HonorState.REVOKED:
        raise state_conflict("Đã bị thu hồi.", "It was revoked already.")
    return _next(
        honor,
        at,
        state=HonorState.REVOKED,
        state_reason=reason,
        revoked_by=document,
        revoked_on=document.signed_on,
    )


def _next(honor: Honor, at: datetime, **changes: object) -> Honor:
    return replace(honor, version=honor.version + 1, updated_at=at, **changes)  # type: ignore[arg-type]
