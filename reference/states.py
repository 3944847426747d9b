"""The states of plans and dossiers in words, and the refusal of what is not possible in one."""

from collections.abc import Mapping
from enum import StrEnum

from chassis.problems import Problem, state_conflict
from contracts.honors.nominations import NominationState
from contracts.plans.plans import PlanState
from contracts.vocabulary import LocalizedText


def _words(vi: str, en: str) -> LocalizedText:
    return LocalizedText(vi=vi, en=en)


# By kind of state: the same code can be another word, a plan is annulled and an honor is taken back.
WORDS: Mapping[type[StrEnum], Mapping[StrEnum, LocalizedText]] = {
    PlanState: {
        PlanState.DRAFT: _words("dự thảo", "draft"),
        PlanState.SUBMITTED: _words("đã trình", "submitted"),
        PlanState.RETURNED: _words("bị trả lại", "returned"),
        PlanState.APPROVED: _words("đã duyệt", "approved"),
        PlanState.PROMULGATED: _words("đã ban hành", "promulgated"),
        PlanState.AMENDED: _words("đã sửa đổi", "amended"),
        PlanState.SUPERSEDED: _words("đã được thay thế", "superseded"),
        PlanState.REVOKED: _words("đã bị bãi bỏ", "revoked"),
    },
    NominationState: {
        NominationState.NOMINATED: _words("đã đề nghị", "nominated"),
        NominationState.COMPLETENESS_CHECKED: _words("đã kiểm tra hồ sơ", "checked for completeness"),
        NominationState.CONSULTING: _words("đang lấy ý kiến", "consulting"),
        NominationState.APPRAISED: _words("đã thẩm định", "appraised"),
        NominationState.COUNCIL_VOTED: _words("hội đồng đã biểu quyết", "voted by the council"),
        NominationState.SUBMITTED: _words("đã trình", "submitted"),
        NominationState.DECIDED: _words("đã quyết định", "decided"),
        NominationState.ANNOUNCED: _words("đã công bố", "announced"),
        NominationState.PRESENTED: _words("đã trao tặng", "presented"),
        NominationState.RETURNED: _words("bị trả lại", "returned"),
        NominationState.REJECTED: _words("bị từ chối", "rejected"),
        NominationState.WITHDRAWN: _words("đã rút", "withdrawn"),
        NominationState.REVOKED: _words("đã bị thu hồi", "revoked"),
    },
}


def not_possible_in(state: PlanState | NominationState) -> Problem:
    """The problem `state-conflict`, which names the state in words."""
    text = WORDS[type(state)][state]
    return state_conflict(
        f"Không thể thực hiện ở trạng thái “{text.vi}”.", f"Not possible in the state “{text.en or text.vi}”."
    )
