"""Acts on several tasks of a list at once, and what is said of them: which act, with how many, and why not the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.cases import tasks
from engine.cases.tasks import Desk
from engine.errors import EngineError, Forbidden, Invalid, NotFound, Stale
from engine.staff import access
from engine.staff.access import Officer
from engine.store.db import Transaction
from engine.translation.wording import say
from web.http.request import current_language

CLAIM, RELEASE, HAND_OVER, DELEGATE = "claim", "release", "hand_over", "delegate"
_PLAIN_ACTS: Mapping[str, Callable[..., None]] = {CLAIM: tasks.claim, RELEASE: tasks.release}
_COLLEAGUE_ACTS: Mapping[str, Callable[..., None]] = {HAND_OVER: tasks.hand_over, DELEGATE: tasks.delegate}


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """How many tasks an act was done with, and the error of each other one, which it has not changed."""

    done: int
    refusals: Sequence[EngineError]


@dataclass(frozen=True, slots=True)
class BulkAct:
    """An act by name, and the colleague whom it is about, if any: (id, name)."""

    name: str
    colleague: Any = None

    def apply(self, tx: Transaction, desk: Desk, chosen: Sequence[tuple[int, int]]) -> BulkOutcome:
        """Apply the act to each task, as (id, version)."""
        refusals: list[EngineError] = []
        for task_id, version in chosen:
            try:
                if self.colleague is None:
                    _PLAIN_ACTS[self.name](tx, desk, task_id, version)
                else:
                    _COLLEAGUE_ACTS[self.name](tx, desk, task_id, version, self.colleague.id)
            except (Stale, Forbidden, NotFound) as error:
                refusals.append(error)
        return BulkOutcome(len(chosen) - len(refusals), refusals)


def parse_act(tx: Transaction, officer: Officer, form: Mapping[str, str]) -> BulkAct:
    """The act that a form asks for; raises Invalid for an unknown act and for a missing or unknown colleague."""
    name = form.get("act", "")
    if name in _PLAIN_ACTS:
        return BulkAct(name)
    if name in _COLLEAGUE_ACTS:
        return BulkAct(name, access.choose_colleague(tx, officer, form.get("colleague", "").strip()[:100]))
    raise Invalid("act", "tasks-act-unknown")


def flash_outcome(act: BulkAct, outcome: BulkOutcome) -> None:
    """Say with how many tasks the act was done, and the reasons of those that it was not done with."""
    if outcome.done:
        flash(_done_text(act, outcome.done), "success")
    reasons = Counter(say(error, current_language()) for error in outcome.refusals)
    for reason, number in reasons.items():
        flash(_refused_text(act, number, reason), "warning")


def _done_text(act: BulkAct, number: int) -> str:
    if act.name == CLAIM:
        return ngettext("Đã nhận %(num)s việc.", "Đã nhận %(num)s việc.", number)
    if act.name == RELEASE:
        return ngettext("Đã bỏ nhận %(num)s việc.", "Đã bỏ nhận %(num)s việc.", number)
    name = act.colleague.name
    if act.name == HAND_OVER:
        return ngettext("Đã giao %(num)s việc cho %(name)s.", "Đã giao %(num)s việc cho %(name)s.", number, name=name)
    return ngettext("Đã nhờ %(name)s làm %(num)s việc.", "Đã nhờ %(name)s làm %(num)s việc.", number, name=name)


def _refused_text(act: BulkAct, number: int, reason: str) -> str:
    facts = {"num": number, "reason": reason}
    if act.name == CLAIM:
        return _("%(num)s việc không nhận được: %(reason)s", **facts)
    if act.name == RELEASE:
        return _("%(num)s việc không bỏ nhận được: %(reason)s", **facts)
    if act.name == HAND_OVER:
        return _("%(num)s việc không giao được: %(reason)s", **facts)
    return _("%(num)s việc không nhờ được: %(reason)s", **facts)
