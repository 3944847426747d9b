"""What a batch of records becomes."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chassis.problems import Problem
from contracts.outreach.outreach_events import Disposition, Entry, EventState
from contracts.vocabulary import OutreachChannel
from services.outreach.outreach_events.domain import OutreachEvent, corrected, judge, retracted

NOW = datetime(2026, 11, 20, tzinfo=UTC)
EVENT = OutreachEvent(
    id="1",
    version=1,
    updated_at=NOW,
    source="H57",
    event_id="1",
    entry=Entry.SYSTEM,
    state=EventState.CURRENT,
    province_id="46@2025-07-01",
    commune_ids=(),
    channel=OutreachChannel.COMMUNE_LOUDSPEAKER,
    heard_keys=(),
    title="t",
    folded_title="t",
    themes=(),
    language="vi",
    occurred_at=NOW,
    occurred_on=date(2026, 11, 20),
    recorded_at=NOW,
    is_counted=True,
    digest="a",
    recorded_by="emitter:H57",
)


def test_copies_inside_a_batch_are_judged_in_order() -> None:
    other, silent = replace(EVENT, digest="b"), replace(EVENT, id="2", is_counted=False)
    judged = judge([EVENT, EVENT, other, other, silent], {})
    assert [receipt.disposition for receipt in judged.receipts] == [
        Disposition.COUNTED,
        Disposition.DUPLICATE,
        Disposition.QUARANTINED,
        Disposition.DUPLICATE,
        Disposition.UNHEARD,
    ]
    assert [event.id for event in judged.events] == ["1", "2"]
    assert [copy.digest for copy in judged.quarantined] == ["b"]


def test_any_copy_kept_under_the_id_makes_a_duplicate() -> None:
    judged = judge([EVENT, replace(EVENT, digest="c")], {"1": ["z", "a"]})
    assert [receipt.disposition.value for receipt in judged.receipts] == ["duplicate", "quarantined"]
    assert judged.events == []


def test_what_ended_cannot_end_again() -> None:
    gone = retracted(EVENT, reason="wrong place", at=NOW)
    assert (gone.state, gone.version, gone.ended_at) == (EventState.RETRACTED, 2, NOW)
    with pytest.raises(Problem) as refused:
        corrected(gone, by="2", reason="again", at=NOW)
    assert refused.value.slug == "state-conflict"
