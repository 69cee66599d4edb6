"""Measures page times as browsers see them, over HTTP from the real server, on a province with very many cases.

Each round requests every page once, so that all pages run among the same neighbours; a page's figure is compared with a
trivial page of the same server and session.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from statistics import median, quantiles
from threading import current_thread
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, event

from engine.clock import now
from engine.config.environment import Settings
from engine.replay import demo_accounts
from engine.staff import access
from engine.store.db import transaction
from web import serve
from web.app import create_app
from web.benchmark.visit import BrowserVisit
from web.http.event_channel import THREAD

TRIVIAL_PAGE = "/password"
OFFICER_PAGES = (
    "/inbox",
    "/inbox?view=queue",
    "/inbox?view=overdue",
    "/inbox/arrivals?view=queue",
    "/inbox?view=queue&field=welfare",
    "/inbox?view=queue&text=cot+dien+nghieng",
    "/cases?text=hoa+sen+den+duong",
)
# Pages for supervisors, with the act that opens them.
WATCHER_PAGES = (
    ("/dashboard", "monitor"),
    ("/appendix", "monitor"),
    ("/chase", "watch_chase"),
    ("/chase?unit=731", "watch_chase"),
    ("/records", "read_records"),
    ("/answers/gaps", "review_answers"),
    ("/answers/reviews", "review_answers"),
)
ROUNDS = 60


@dataclass(slots=True)
class PageTimes:
    """How long a page took for an officer, in seconds, and how many SQL statements it executed."""

    login: str
    page: str
    seconds: list[float] = field(default_factory=list)
    statements: int = 0

    @property
    def p50(self) -> float:
        """The median."""
        return median(self.seconds)

    @property
    def p95(self) -> float:
        """The 95th percentile: 19 of 20 requests stay below it."""
        return quantiles(self.seconds, n=20)[-1]


def measure_pages(engine: Engine, settings: Settings, rounds: int = ROUNDS) -> list[PageTimes]:
    """Measure every page, and the trivial page, for every demonstration account."""
    with transaction(engine) as tx:
        demo_accounts.enable_one_per_role(tx, now())
        accounts = demo_accounts.first_of_each_role(demo_accounts.list_usable_accounts(tx))
    logins = [account.login for account in accounts]
    app = create_app(settings, engine, demonstration=True)
    statements: list[str] = []

    def count_statement(*call: Any) -> None:
        if current_thread().name != THREAD:
            statements.append(call[2])

    event.listen(engine, "before_cursor_execute", count_statement)
    with serve.in_thread(app) as address, ExitStack() as stack:
        port = urlsplit(address).port or 0
        visits = {login: stack.enter_context(closing(BrowserVisit(port, login))) for login in logins}
        figures = [PageTimes(login, page) for login in logins for page in (TRIVIAL_PAGE, *OFFICER_PAGES)]
        for account in accounts:
            roles = set(account.roles)
            figures += [
                PageTimes(account.login, page) for page, act in WATCHER_PAGES if access.PERMISSIONS[act].roles & roles
            ]
        for figure in figures:
            _time_page(visits[figure.login], figure.page)  # Warm-up: what a process reads once does not count.
        for _round in range(rounds):
            for figure in figures:
                statements.clear()
                figure.seconds.append(_time_page(visits[figure.login], figure.page))
                figure.statements = max(figure.statements, len(statements))
    return figures


def _time_page(visit: BrowserVisit, page: str) -> float:
    """Time one request of a page; raises RuntimeError when it is refused."""
    begun = perf_counter()
    status, _content = visit.send_request("GET", page)
    elapsed = perf_counter() - begun
    if status >= 400:
        raise RuntimeError(f"{page} answered {status}")
    return elapsed
