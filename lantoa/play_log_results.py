"""The lines with which intake answers a stream: what became of each record, and how a stream that broke is told."""

from pydantic import BaseModel, ConfigDict, ValidationError

from lantoa.problems import CommandError


class LineResult(BaseModel):
    """One line of intake's answer. The last one has `problem` instead when the service could not go on."""

    model_config = ConfigDict(extra="ignore")

    line: int | None = None
    disposition: str | None = None
    reason: str | None = None
    problem: object = None
    resume_at_line: int | None = None


def disposition_of(raw: bytes) -> str:
    """`counted`, `unheard`, `rejected: start_in_future`…; raises `play_log_interrupted` where the stream broke off."""
    try:
        result = LineResult.model_validate_json(raw)
    except ValidationError:
        result = LineResult(problem="unreadable")
    if result.disposition is None:
        raise CommandError(
            "play_log_interrupted",
            vi="Việc gửi dừng giữa chừng; hãy gửi lại cả tệp, không có gì bị tính hai lần.",
            en="Sending stopped midway; send the whole file again, nothing is counted twice.",
            where=f"line {result.resume_at_line}" if result.resume_at_line else None,
        )
    return f"{result.disposition}: {result.reason}" if result.reason else result.disposition
