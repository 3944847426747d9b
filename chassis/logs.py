"""JSON logs on standard output, one object a line, with the trace id; payloads never go in."""

import logging
import sys

import structlog
from structlog.typing import EventDict

from chassis import telemetry


def configure(service: str, level: str = "INFO") -> None:
    """Sets up structlog and the standard library's loggers for this process."""
    logging.basicConfig(stream=sys.stdout, level=level, format="%(message)s", force=True)
    for noisy in ("aiokafka", "pymongo", "uvicorn.access", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.ERROR)

    def context(_logger: object, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        if trace := telemetry.trace_id():
            event["trace_id"] = trace
        return event

    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            context,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=False,
    )


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger whose first argument names what happened, in snake_case, with facts as keywords."""
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return bound
