"""Databases with cases of the past: the demonstration, in both kinds of province."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from tests.kit.demonstration import Demonstration


@pytest.fixture(scope="session")
def three_level(demonstrations: Callable[[str], Demonstration]) -> Iterator[Engine]:
    """The province of 2021."""
    engine = demonstrations("three_level").open()
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def two_level(demonstrations: Callable[[str], Demonstration]) -> Iterator[Engine]:
    """The province of 2025."""
    engine = demonstrations("two_level").open()
    yield engine
    engine.dispose()
