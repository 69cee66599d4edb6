"""Unmasking: who asks for it is shown the reporter of a case that they do not handle, within limits (R14).

Each reveal is an act in the history with its reason, and lasts a working day (`engine.cases.reveals`). How many a
person makes in a day is limited, and the head of their unit learns of unusually many.
"""

from __future__ import annotations

from engine.cases import corrections, reveals
from engine.cases.dossier import Dossier
from engine.cases.tasks import Desk
from engine.errors import Forbidden
from engine.mailing import reveal_mails
from engine.staff.person_turns import wait_turn
from engine.store.db import Transaction

# Handlers need none; whoever monitors asks about a case now and then. Twenty a day is one every 24 minutes of office
# hours: more than that work takes, and 440 a month of a province's 10,000 cases copy no register.
MOST_PER_DAY = 20
UNUSUAL_PER_DAY = 10  # Half of it: the head asks before it is used up.


def reveal_reporter(tx: Transaction, case: Dossier, desk: Desk, reason: str) -> None:
    """Let the officer see who reported a case; does nothing if they see it already.

    Raises Invalid for an unusable reason, Forbidden when the officer has revealed as many cases today as anybody may.
    """
    corrections.require_reason(reason)
    if case.personal:
        return
    wait_turn(tx, desk.officer.id)
    number = len(reveals.list_of_day(tx, desk.who.actor, desk.now)) + 1
    if number > MOST_PER_DAY:
        raise Forbidden("reveals-used-up", most=MOST_PER_DAY)
    reveals.record_reveal(tx, case.case.id, desk, reason)
    if number >= UNUSUAL_PER_DAY:
        reveal_mails.plan_for_heads(tx, desk.officer.id, desk.now, desk.world)
