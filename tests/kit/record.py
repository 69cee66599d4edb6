"""Whether the record proves what it says, for tests that let cases go their ways."""

from __future__ import annotations

from engine.records import verifying
from engine.store.db import Transaction


def differences(tx: Transaction) -> list[str]:
    """What the verification of the whole database finds, in English, once everything in hand is written."""
    tx.settle()
    return [str(fault) for fault in verifying.check_everything(tx, []).all_faults]
