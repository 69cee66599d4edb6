"""Prepares steps of many instances in a row: one broken case must not stop those behind it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from engine.errors import Stale, StepFailed
from engine.process.instances import PreparedStep

# What a step's content can make a driver or database raise, which concerns this step and none beside it.
REFUSALS = (DataError, IntegrityError, ValueError, OverflowError)


def attempt_step(prepare: Callable[[], PreparedStep], node: str) -> PreparedStep | StepFailed | None:
    """The prepared step, not yet written; None for who waits no more, the failure at a node where it cannot continue.

    What the database refuses concerns all of them and is raised.
    """
    try:
        return prepare()
    except Stale:
        return None
    except StepFailed as error:
        return error
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a stored case does wrong concerns that case alone.
        return StepFailed("case-unreadable", node=node, kind=type(error).__name__)
