"""Promises of the log: lines that programs read, with names that stay, and nothing personal in them (R14)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from engine.operations import log
from tests.kit.site import OPERATOR, Site

SECRET = "0912345678 Trần Thị Mận"


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Leave the logging of the test run alone."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before[0], before[1]


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was written, line by line."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def broken() -> None:
    raise ValueError(SECRET)


def test_a_line_has_its_action_its_time_and_known_fields(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_logging("json")
    log.get_logger().info("timers.fired", fired=3, failed=0)
    (line,) = lines(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"action": "timers.fired", "fired": 3, "failed": 0, "level": "info"}


def test_a_field_that_is_not_known_loses_its_value(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_logging("json")
    log.get_logger().info("request", phone="0912345678")
    assert lines(capsys)[0]["phone"] == log.REDACTED


def test_an_exception_is_its_kind_and_place_and_never_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_logging("json")
    try:
        broken()
    except ValueError:
        log.get_logger().exception("job.failed", job="mail")
    written = capsys.readouterr().err
    assert "Mận" not in written
    line = json.loads(written)
    assert line["error"] == "ValueError"
    assert line["where"].startswith("tests/operations/test_log.py:")


def test_what_other_libraries_log_is_a_line_too_without_what_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_logging("json")
    try:
        broken()
    except ValueError:
        logging.getLogger("waitress").exception("Exception while serving %s", SECRET)
    written = capsys.readouterr().err
    assert "Mận" not in written
    line = json.loads(written)
    assert (line["logger"], line["action"], line["error"]) == ("waitress", "library", "ValueError")


def test_an_exception_stays_without_its_message_where_nobody_asked_for_a_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        broken()
    except ValueError:
        log.get_logger().exception("job.failed", job="mail")
    out, err = capsys.readouterr()
    assert "Mận" not in out + err


def test_chatter_of_libraries_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_logging("json")
    logging.getLogger("apscheduler.scheduler").info("Added job")
    assert lines(capsys) == []


def test_people_can_read_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_logging("text")
    log.get_logger().info("timers.fired", fired=3)
    assert "timers.fired" in capsys.readouterr().err


def test_a_request_is_noted_by_its_pattern(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_logging("json")
    site.browser(OPERATOR).get("/cases/DN-26-000001-B?text=man")
    line = lines(capsys)[-1]
    assert (line["action"], line["route"], line["status"]) == ("request", "/cases/<code>", 400)
    assert "DN-26" not in json.dumps(line)
