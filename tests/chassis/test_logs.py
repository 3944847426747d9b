"""A line says what failed and where, and never what was sent."""

import io
import json

import structlog

from chassis import logs


def test_the_text_of_an_error_is_not_written_down() -> None:
    written = io.StringIO()
    log = structlog.wrap_logger(structlog.WriteLogger(written), processors=logs.processors("plans"))
    try:
        try:
            int("canary")
        except ValueError as error:
            raise RuntimeError("another canary") from error
    except RuntimeError:
        log.exception("request_failed", fault="1")
    line = json.loads(written.getvalue())
    assert (line["event"], line["service"], line["fault"]) == ("request_failed", "plans", "1")
    assert line["exception"].startswith("RuntimeError\n") and "\nValueError\n" in line["exception"]
    assert "test_logs.py" in line["exception"]
    assert "canary" not in line["exception"].replace('"another canary"', "").replace('int("canary")', "")
