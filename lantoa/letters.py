"""Dead letters as the command line asks services for them, and what becomes of one in words for people."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote, urlencode

from contracts.dead_letters import DeadLetterDecision, DeadLetterOutcome, DeadLettersPage, DeadLetterView
from contracts.vocabulary import Role
from lantoa.api import Api
from lantoa.problems import CommandError
from lantoa.running import RunningStack

Answer = TypeVar("Answer")
PATH = "/v1/dead-letters"
PAGE = 100


@dataclass(frozen=True, slots=True)
class Meaning:
    """An outcome in words, and whether nothing is left to do about the letter."""

    en: str
    vi: str
    is_settled: bool


MEANINGS = {
    DeadLetterOutcome.HANDLED: Meaning(
        en="Handled; the letter is gone.", vi="Đã xử lý; thông điệp không còn bị gác lại.", is_settled=True
    ),
    DeadLetterOutcome.PARKED: Meaning(
        en="Parked: it is handled when what it speaks of has come; until then it stays in the list.",
        vi="Đang chờ: khi đối tượng mà nó nói đến tới thì được xử lý; đến lúc đó vẫn ở trong danh sách.",
        is_settled=True,
    ),
    DeadLetterOutcome.SKIPPED: Meaning(
        en="Skipped: the service has no use for it (any more). It stays; discard it if that is right.",
        vi="Bỏ qua: dịch vụ không (còn) dùng thông điệp này. Nó vẫn bị gác lại; nếu đúng vậy, hãy bỏ hẳn (discard).",
        is_settled=False,
    ),
    DeadLetterOutcome.DEAD: Meaning(
        en="It failed again and stays.", vi="Lại không xử lý được; vẫn bị gác lại.", is_settled=False
    ),
    DeadLetterOutcome.DISCARDED: Meaning(
        en="Discarded for good, without effect.", vi="Đã bỏ hẳn, không có tác dụng gì.", is_settled=True
    ),
}


async def newest(stack: RunningStack, service: str, most: int) -> tuple[list[DeadLetterView], bool]:
    """The newest letters of a service, at most so many, and whether there are older ones."""
    rows: list[DeadLetterView] = []
    asked: dict[str, str] = {}
    async with _operator(stack, service) as api:
        while True:
            asked["first"] = str(min(PAGE, most - len(rows)))
            page = await _known_to(api.get(f"{PATH}?{urlencode(asked)}", DeadLettersPage), service, "")
            rows += page.rows
            if not page.has_next or len(rows) >= most:
                return rows, page.has_next
            asked["after"] = page.cursors[-1]


async def one(stack: RunningStack, service: str, letter_id: str) -> DeadLetterView:
    """One letter. Refused with `dead_letter_not_found`."""
    async with _operator(stack, service) as api:
        return await _known_to(api.get(_address(letter_id), DeadLetterView), service, letter_id)


async def decide(stack: RunningStack, service: str, letter_id: str, verb: str) -> DeadLetterDecision:
    """What became of a letter on which `verb` was done. Refused with `dead_letter_not_found`."""
    async with _operator(stack, service) as api:
        return await _known_to(api.post(f"{_address(letter_id)}:{verb}", None, DeadLetterDecision), service, letter_id)


def _operator(stack: RunningStack, service: str) -> Api:
    return Api(stack.state.url_of(service), stack.token(Role.OPERATOR))


def _address(letter_id: str) -> str:
    return f"{PATH}/{quote(letter_id, safe='')}"


async def _known_to(asked: Awaitable[Answer], service: str, letter_id: str) -> Answer:
    """The answer; services say `not-found` of what is absent and to who is no operator alike, so name both."""
    try:
        return await asked
    except CommandError as problem:
        if problem.code != "not-found":
            raise
        raise _not_found(service, letter_id) if letter_id else _hidden(service) from problem


def _not_found(service: str, letter_id: str) -> CommandError:
    return CommandError(
        "dead_letter_not_found",
        vi=f"{service} không gác lại thông điệp này: đã được xử lý, đã bị bỏ, hoặc mã truy cập không phải của người "
        "vận hành. Xem `lantoa dlq list`.",
        en=f"{service} has no such dead letter: it was handled or discarded, or the token is no operator's. "
        "See `lantoa dlq list`.",
        where=letter_id,
    )


def _hidden(service: str) -> CommandError:
    return CommandError(
        "dead_letters_hidden",
        vi="Chỉ người vận hành xem được thông điệp bị gác lại; LANTOA_TOKEN có phải của người vận hành không?",
        en="Only operators see what was set aside; is LANTOA_TOKEN an operator's?",
        where=service,
    )
