"""Simulates many officers at work at once, over HTTP on its own server: open the queue, read a task, think, complete.

Each officer is a thread with one connection, like a browser. An officer without tasks checks again later; operators
take calls, so that work keeps arriving.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from http.client import HTTPException
from statistics import median, quantiles
from threading import Event, Thread
from time import perf_counter

from sqlalchemy import Engine

from engine.benchmark.cases import HAPPY_PATH
from engine.clock import now
from engine.replay import demo_accounts
from engine.store.db import transaction
from engine.translation.catalogue import N_
from web.benchmark.server_process import server_process
from web.benchmark.visit import BrowserVisit

TASK_LINK = re.compile(r'href="/tasks/(\d+)"')
TASK_FACTS = re.compile(r'name="version" value="(\d+)".*data-here="(\w+)"', re.DOTALL)
OPERATOR = "canbo.75.1022"
ACTS = (INBOX, PAGE, COMPLETE, CALL) = (
    N_("mở hàng chờ việc"),
    N_("mở một việc"),
    N_("hoàn thành một việc"),
    N_("tiếp nhận một cuộc gọi"),
)


@dataclass(slots=True)
class LoadResult:
    """Results of a load run: seconds by act, errors, and how often a colleague was faster."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {act: [] for act in ACTS})
    errors: list[str] = field(default_factory=list)
    faster: int = 0

    def summary_rows(self) -> Iterator[tuple[str, int, float, float]]:
        """Yield act, count, median and 95th percentile in milliseconds."""
        for act, times in self.seconds.items():
            if len(times) > 1:
                yield act, len(times), median(times) * 1000, quantiles(times, n=20)[-1] * 1000


def simulate_officers(engine: Engine, officers: int, seconds: float, think: float) -> LoadResult:
    """Run `officers` officers for `seconds` seconds, each thinking `think` seconds on average before completing."""
    with transaction(engine) as tx:
        logins = demo_accounts.busiest_logins(tx, officers)
        demo_accounts.enable_accounts(tx, logins, now())
    result, over = LoadResult(), Event()
    with server_process() as (port, _number), ExitStack() as stack:
        visits = {login: stack.enter_context(closing(BrowserVisit(port, login))) for login in logins}
        people = [_SimulatedOfficer(visit, login, think, result, over) for login, visit in visits.items()]
        threads = [Thread(target=person.work_until_over) for person in people]
        for thread in threads:
            thread.start()
        over.wait(seconds)
        over.set()
        for thread in threads:
            thread.join()
    return result


class _SimulatedOfficer:
    """One officer at work in their own browser."""

    def __init__(self, visit: BrowserVisit, login: str, think: float, load: LoadResult, over: Event) -> None:
        self._visit, self._login, self._think, self._load, self._over = visit, login, think, load, over
        self._chance = random.Random(login)  # noqa: S311 - picks the next task.

    def work_until_over(self) -> None:
        """Work until time is up."""
        self._over.wait(self._chance.uniform(0, self._think))
        while not self._over.is_set():
            try:
                self._do_one_task()
            except (OSError, HTTPException) as error:
                self._load.errors.append(f"{self._login}: {error!r}")
                return

    def _do_one_task(self) -> None:
        if self._login == OPERATOR and self._chance.random() < 0.5:
            self._over.wait(self._chance.expovariate(1 / self._think))
            self._timed_request(CALL, "POST", "/intake", {**HAPPY_PATH["receive"], "channel": "phone"})
            return
        _status, queue = self._timed_request(INBOX, "GET", "/inbox?view=queue")
        tasks = TASK_LINK.findall(queue)
        if not tasks:
            self._over.wait(self._think)
            return
        task_id = self._chance.choice(tasks)
        status, page = self._timed_request(PAGE, "GET", f"/tasks/{task_id}")
        facts = TASK_FACTS.search(page)
        self._over.wait(self._chance.expovariate(1 / self._think))
        if status == 200 and facts is not None and facts.group(2) in HAPPY_PATH and not self._over.is_set():
            form = {**HAPPY_PATH[facts.group(2)], "version": facts.group(1)}
            self._timed_request(COMPLETE, "POST", f"/tasks/{task_id}", form)

    def _timed_request(
        self, act: str, method: str, address: str, form: dict[str, object] | None = None
    ) -> tuple[int, str]:
        begun = perf_counter()
        status, page = self._visit.send_request(method, address, form)
        self._load.seconds[act].append(perf_counter() - begun)
        if status in (403, 409):  # Somebody else has taken it; it is no longer this officer's.
            self._load.faster += 1
        elif status >= 400:
            self._load.errors.append(f"{method} {address}: {status}")
        return status, page
