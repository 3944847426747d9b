"""JSON logs on standard output, one object a line, with the trace id; payloads never go in."""

import logging
import sys
import traceback

import structlog
from structlog.typing import EventDict, ExcInfo, Processor

from chassis import telemetry

FRAMES, MOST_LINES = 30, 200


def configure(service: str, level: str = "INFO") -> None:
    """Sets up structlog and the standard library's loggers for this process."""
    logging.basicConfig(stream=sys.stdout, level=level, format="%(message)s", force=True)
    for noisy in ("aiokafka", "pymongo", "uvicorn.access", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.ERROR)

    structlog.configure(
        processors=processors(service),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=False,
    )


def processors(service: str) -> list[Processor]:
    """What an event passes on its way to its line."""

    def context(_logger: object, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        if trace := telemetry.trace_id():
            event["trace_id"] = trace
        return event

    return [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        context,
        structlog.processors.ExceptionRenderer(without_values),
        structlog.processors.JSONRenderer(),
    ]


def without_values(exc_info: ExcInfo) -> str:
    """Where it failed and by what class of error, along its causes: the texts of errors quote what was sent."""
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(lines) < MOST_LINES:
        frames = traceback.extract_tb(error.__traceback__, limit=-FRAMES)
        lines += [
            type(error).__qualname__,
            *(f"  {row.filename}:{row.lineno} {row.name}: {row.line}" for row in frames),
        ]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger whose first argument names what happened, in snake_case, with facts as keywords."""
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return bound
