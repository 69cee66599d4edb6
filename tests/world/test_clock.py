"""Promises of the clock: every instant has a zone and is in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.clock import now, parse_instant, to_utc
from engine.errors import BadInput


def test_now_is_in_utc() -> None:
    assert now().tzinfo is UTC


def test_an_instant_of_vietnam_becomes_utc() -> None:
    assert parse_instant("2026-11-24T08:00+07:00") == datetime(2026, 11, 24, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-24T08:00", "tomorrow", "", "9999-12-31T23:59-07:00"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_instant(text)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(BadInput, match="no time zone"):
        to_utc(datetime(2026, 11, 24))  # noqa: DTZ001 - this is what is refused
