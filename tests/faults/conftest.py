"""What the tests of faults in a process of pytest share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.farm import end_zygote


@pytest.fixture(scope="session", autouse=True)
def shared_zygote() -> Iterator[None]:
    """Everything is imported once for all processes that these tests start."""
    yield
    end_zygote()
