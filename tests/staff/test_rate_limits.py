"""Limits count by whom an address belongs to, and say when a subject is listened to again without counting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.staff import rate_limits
from engine.staff.rate_limits import RateLimit
from engine.store.db import Transaction
from tests.kit.hotline import NOW


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2002:cb00:7109::1", "203.0.113.9"),
        ("unix:", "unix:"),
    ],
)
def test_addresses_are_counted_by_whom_they_belong_to(address: str, group: str) -> None:
    assert rate_limits.address_group(address) == group


def test_a_limit_that_is_used_up_says_until_when_without_counting(tx: Transaction) -> None:
    limit = RateLimit("test", 2, timedelta(minutes=5))
    assert rate_limits.blocked_until(tx, limit, "a", NOW) is None
    for _ in range(2):
        assert rate_limits.count_try(tx, limit, "a", NOW) is None
    for _ in range(3):
        assert rate_limits.blocked_until(tx, limit, "a", NOW) == NOW + limit.period
    assert rate_limits.blocked_until(tx, limit, "b", NOW) is None
    assert rate_limits.blocked_until(tx, limit, "a", NOW + limit.period) is None
