"""A browser for the tests of pages, a served site for it, and the editors of a draft in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from engine.scenarios import runner, trial
from tests.kit.chromium import CHROMIUM, FLAGS, Desk
from tests.kit.site import Site
from tests.kit.studio_desk import Drafts, Studio, shipped
from web.serve import in_thread


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of this process; each test closes what it has opened in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def few_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every tenth of the shipped scenarios is run; all of them are in `tests/scenarios`."""
    monkeypatch.setattr(trial, "scenario_paths", lambda files: runner.scenario_paths(files)[::10])


@pytest.fixture
def desk(site: Site, chromium: Browser) -> Iterator[Desk]:
    """A served site on SQLite; what went wrong on any page fails the test."""
    with in_thread(site.app) as address:
        opened = Desk(site, address, chromium)
        yield opened
        for context in chromium.contexts:
            context.close()
    assert opened.faults == []


@pytest.fixture
def studio(site: Site, chromium: Browser) -> Iterator[Studio]:
    """A draft of the shipped files; what went wrong on any page fails the test."""
    drafts = Drafts(shipped())
    site.app.before_request_funcs.setdefault(None, []).append(drafts.answer)
    with in_thread(site.app) as address:
        desk = Desk(site, address, chromium)
        yield Studio(drafts, desk)
        for context in chromium.contexts:
            context.close()
    assert desk.faults == []
