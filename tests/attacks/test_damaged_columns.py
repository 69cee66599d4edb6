"""Whatever stands in a damaged column, pages say it in its place, the worker goes on and the proof names it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from engine.records import proof
from engine.store import db
from engine.store.models import FigureFold, Instance, WebhookCall
from engine.translation.wording import say
from tests.attacks.damaged_site import Damage, DamagedSite, every_damage, open_damaged_site, worker_of
from tests.kit.filled import FilledCopy
from tests.kit.sample import part_of_today
from tests.kit.site import OFFICE, Site

PARTS, MOST_PAGES = 2500, 6


@pytest.fixture
def place(filled: FilledCopy) -> Iterator[DamagedSite]:
    with filled.site() as site:
        yield open_damaged_site(site, filled.file)


@pytest.mark.slow
@pytest.mark.timeout(36_000)
def test_whatever_stands_in_a_column_pages_and_the_worker_go_on_and_the_proof_names_it(place: DamagedSite) -> None:
    failures = []
    for damage in part_of_today(every_damage(place), PARTS, "ATTACK_LONG"):
        with place.damaged(damage) as done:
            if done:
                failures += [(damage, page) for page in failing_pages(place, damage)]
                failures += [(damage, "unnamed")] if damage.has_no_type and not is_named(place.site, damage) else []
                failures += [(damage, job) for job in failing_jobs(place.site)]
    assert failures == []


@pytest.mark.parametrize("day", ["'rác'", "'0001-01-01'", "12"])
def test_a_day_that_is_none_stops_no_figures_and_counts_no_thousand_years(filled: FilledCopy, day: str) -> None:
    filled.edit(f"UPDATE spell SET began_on = {day} WHERE id = (SELECT min(id) FROM spell)")
    with filled.site() as site:
        site.later(days=1)
        assert failing_jobs(site) == []
        assert len(site.read(select(FigureFold.first))) < 100


def test_a_case_whose_row_is_damaged_stops_no_message_and_a_webhook_no_other(filled: FilledCopy) -> None:
    for damage in ("history_count = 'rác'", "history_count = 3", "definition_id = 'rác'", "version = x'00'"):
        filled.edit(f"UPDATE instance SET {damage} WHERE id = 2")
        with filled.site() as site:
            assert failing_jobs(site) == []
    with filled.site() as site:
        for name in ("Cổng tỉnh", "Cổng bộ"):
            form = {"name": name, "url": "https://cong.example.vn/hook"}
            assert site.browser(OFFICE).post("/admin/webhooks", form).status_code == 200
        site.later(seconds=1)
        site.file()
        filled.edit("UPDATE webhook SET seen_at = 'rác' WHERE id = 1")
        assert failing_jobs(site) == []
        told = site.read(select(WebhookCall.webhook_id).distinct())
        assert {row.webhook_id for row in told} == {1, 2}


def failing_pages(place: DamagedSite, damage: Damage) -> list[str]:
    pages = place.readers(damage.table, MOST_PAGES)
    return [page for page in pages if place.browser.get(page).status_code >= 500]


def failing_jobs(site: Site) -> list[str]:
    """The jobs of the worker that do not come to their end."""
    worker, failing = worker_of(site), []
    for name, job in worker._jobs.items():
        try:
            job()
        except Exception as error:  # noqa: BLE001 - all are named together.
            failing.append(f"{name}: {error!r}"[:200])
    worker._threads.shutdown()
    return failing


def is_named(site: Site, damage: Damage) -> bool:
    """Whether the proof of the record names the table and the column."""
    with db.read_snapshot(site.engine) as tx:
        findings = proof.check_cases(tx, list(tx.read.execute(select(Instance.id)).scalars()))
        faults: list[Any] = [*findings.chains, *findings.differences, *proof.check_whole(tx)]
    lines = [say(fault, "en") for fault in faults]
    return any(f"table {damage.table}, row" in line and f"column {damage.column}" in line for line in lines)
