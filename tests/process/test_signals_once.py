"""Signals in any order of events: who gets which how often is what a plain count of waiting cases says."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine

from engine.bpmn.actions import Cancel
from engine.process import instances
from engine.process.acts import Command
from engine.process.signals import SignalTotals, deliver_signals
from engine.store.db import transaction
from tests.kit.hotline import NOW, WHO, WORLD
from tests.kit.record import differences
from tests.process import test_signals as kit


@dataclass
class Plain:
    """The same in the plainest way: since which moment each case waits, and whom each signal was thrown to."""

    waits: dict[int, int] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    thrown: list[list[tuple[int, int]]] = field(default_factory=list)
    counts: list[Counter[str]] = field(default_factory=list)
    gets: Counter[int] = field(default_factory=Counter)
    moment: int = 0

    def begin(self, case: int, kind: str) -> None:
        self.kinds[case], self.waits[case] = kind, self._next()

    def throw(self) -> None:
        self.thrown.append(sorted(self.waits.items()))
        self.counts.append(Counter(waiting=len(self.waits)))

    def deliver(self, limit: int) -> None:
        """Visit up to so many that still wait; the end of a broadcast counts as a visit."""
        for number, receivers in enumerate(self.thrown):
            count = self.counts[number]
            while limit and not count["done"]:
                limit -= 1
                still = [(case, since) for case, since in receivers if self.waits.get(case) == since]
                del receivers[: receivers.index(still[0]) + 1 if still else len(receivers)]
                if still:
                    self._give(*still[0])
                    count["got"] += 1
                else:
                    count["done"] = 1

    def _give(self, case: int, since: int) -> None:
        self.gets[case] += 1
        if self.kinds[case] == "ear":
            del self.waits[case]
        else:
            self.waits[case] = self._next() if self.kinds[case] == "round" else since

    def _next(self) -> int:
        self.moment += 1
        return self.moment


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_signals_reach_whom_a_plain_count_says(engine_db: Engine, seed: int) -> None:
    rnd, plain = random.Random(seed), Plain()
    sirens = kit.begin(engine_db, "siren", 8)
    for _ in range(40):
        match rnd.choice(("begin", "begin", "throw", "deliver", "deliver", "end")):
            case "begin":
                kind = rnd.choice(("ear", "guard", "round"))
                plain.begin(kit.begin(engine_db, kind)[0], kind)
            case "throw" if sirens:
                kit.complete(engine_db, sirens.pop())
                plain.throw()
            case "deliver":
                limit = rnd.randrange(1, 5)
                deliver_signals(engine_db, lambda: NOW, WORLD, SignalTotals(), limit)
                plain.deliver(limit)
            case "end" if plain.waits:
                case = rnd.choice(sorted(plain.waits))
                with transaction(engine_db) as tx:
                    instances.take_step(tx, case, Command(Cancel(), WHO, NOW), WORLD)
                del plain.waits[case]
    kit.deliver(engine_db)
    plain.deliver(1000)
    assert Counter(kit.heard(engine_db)) == plain.gets
    assert [row[:3] for row in kit.counts(engine_db)] == [
        (count["waiting"], count["got"], count["waiting"] - count["got"]) for count in plain.counts
    ]
    with transaction(engine_db) as tx:
        assert differences(tx) == []


def test_workers_at_the_same_time_give_each_case_each_signal_once(engine_db: Engine) -> None:
    cases = [*kit.begin(engine_db, "guard", 12), *kit.begin(engine_db, "round", 12)]
    for _ in range(2):
        kit.blow(engine_db)

    def work(_number: int) -> int:
        totals = SignalTotals()
        while not all(done for *_, done in kit.counts(engine_db)):
            deliver_signals(engine_db, lambda: NOW, WORLD, totals, limit=5)
        return totals.delivered

    with ThreadPoolExecutor(3) as pool:
        delivered = sum(pool.map(work, range(3)))
    heard = Counter(kit.heard(engine_db))
    assert set(heard) == set(cases)
    assert {heard[case] for case in cases[:12]} == {2}
    # What began to wait anew before the second visit has missed the second signal.
    assert all(heard[case] in (1, 2) for case in cases[12:])
    assert sum(heard.values()) == delivered
    assert all(waiting == got + missed for waiting, got, missed, _failed, _done in kit.counts(engine_db))
