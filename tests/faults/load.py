"""Officers who work over HTTP while the server dies under them: what was acknowledged is remembered."""

from __future__ import annotations

import random
import re
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Event, Thread
from typing import NamedTuple

from engine import clock
from engine.benchmark.cases import HAPPY_PATH
from tests.kit.site import PASSWORD
from web.benchmark.visit import BrowserVisit

TASK = re.compile(r'href="/tasks/(\d+)"')
FACTS = re.compile(r'name="version" value="(\d+)".*data-here="(\w+)"', re.DOTALL)
CALLS, CLAIMS = 0.1, 0.3  # How often an officer takes a call instead of a task, and claims a task before doing it.
PAUSE = 0.05  # Seconds between two things that an officer does: the processor is for those who are killed.


def _moments_of(node: str) -> dict[str, object]:
    """The moments that a form asks for: now, because its rules take none before the report or in the future."""
    now = f"{clock.now().astimezone(clock.VIETNAM):%d/%m/%Y %H:%M}"
    return {key: now for key in HAPPY_PATH[node] if key.endswith("_at")}


class Acknowledged(NamedTuple):
    """An act that was answered with success: which (a node's id, "claim" or "call"), on which task, by whom."""

    act: str
    task: int | None
    login: str


@dataclass
class Crowd:
    """Officers at work until told to stop. They sign in before anything is broken."""

    port: int
    logins: tuple[str, ...]
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: int = 0
    errors: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    threads: list[Thread] = field(default_factory=list)
    visits: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Crowd:
        for login in self.logins:
            visit = self.visits.enter_context(closing(BrowserVisit(self.port, login, PASSWORD)))
            self.threads.append(Thread(target=self._work, args=(visit, login)))
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()
        self.visits.close()

    @property
    def acts(self) -> Counter[str]:
        """How many acts of each kind were acknowledged."""
        return Counter(done.act for done in self.acknowledged)

    def _work(self, visit: BrowserVisit, login: str) -> None:
        chance = random.Random(login)
        while not self.over.wait(PAUSE):
            try:
                if chance.random() < CALLS:
                    self._send(
                        visit,
                        Acknowledged("call", None, login),
                        "/intake",
                        {**HAPPY_PATH["receive"], "channel": "phone"},
                    )
                else:
                    self._work_on_one(visit, login, chance)
            except (OSError, HTTPException):  # The server is dead; soon it is there again, and the session still holds.
                visit.close()
                self.over.wait(0.05)

    def _work_on_one(self, visit: BrowserVisit, login: str, chance: random.Random) -> None:
        _status, queue = visit.send_request("GET", "/inbox?view=queue")
        _status, own = visit.send_request("GET", "/inbox?view=mine")
        tasks = TASK.findall(queue) + TASK.findall(own)
        if not tasks:
            self.over.wait(0.2)
            return
        task = int(chance.choice(tasks))
        status, page = visit.send_request("GET", f"/tasks/{task}")
        found = FACTS.search(page)
        if status != 200 or found is None or found.group(2) not in HAPPY_PATH:
            return
        version, node = found.groups()
        if chance.random() < CLAIMS and str(task) not in TASK.findall(own):
            self._send(visit, Acknowledged("claim", task, login), f"/tasks/{task}/claim", {"version": version})
        else:
            form = {**HAPPY_PATH[node], **_moments_of(node), "version": version}
            self._send(visit, Acknowledged(node, task, login), f"/tasks/{task}", form)

    def _send(self, visit: BrowserVisit, act: Acknowledged, address: str, form: dict[str, object]) -> None:
        status, _page = visit.send_request("POST", address, form)
        if status in (302, 303):
            self.acknowledged.append(act)
        elif status in (403, 409, 404):
            self.refused += 1
        elif status >= 500:
            self.errors.append(f"{status} at {address}")
