"""What other machines ask: it answers when it should, although the database is away, and tells strangers nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from engine.config import environment
from engine.operations.metrics import Meters
from engine.store import db
from tests.kit.site import OPERATOR, Site
from tests.web.pages.test_task import received
from web.app import create_app

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def away(tmp_path: Path) -> Site:
    """An application whose database cannot be opened."""
    return Site(db.engine_for(f"sqlite:///{tmp_path / 'nowhere' / 'x.sqlite3'}"), tmp_path)


def test_a_process_lives_and_can_work(site: Site) -> None:
    visitor = site.browser()
    assert visitor.get("/healthz").text == "ok\n"
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"database": True, "schema": True, "deployment": True})


def test_a_process_lives_without_its_database_and_cannot_work(away: Site) -> None:
    visitor = away.browser()
    assert visitor.get("/healthz").status_code == 200
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"database": False, "schema": False, "deployment": False}


def test_another_schema_is_not_ready(site: Site) -> None:
    site.write(lambda tx: tx.write().execute(text("UPDATE alembic_version SET version_num = '20261125_0236'")))
    answer = site.browser().get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"database": True, "schema": False, "deployment": False}


def values(page: str) -> dict[str, float]:
    """The samples without labels."""
    families = text_string_to_metric_families(page)
    return {sample.name: sample.value for family in families for sample in family.samples if not sample.labels}


def test_metrics_count_what_waits(site: Site) -> None:
    received(site)
    visitor = site.browser(OPERATOR)
    visitor.get("/inbox")
    page = visitor.get("/metrics").text
    assert values(page)["tongdai_open_tasks"] == 1
    assert values(page)["tongdai_overdue_tasks"] == 0
    assert values(page)["tongdai_open_incidents"] == 0
    assert 'route="/inbox"' in page
    site.later(days=9)
    late = values(visitor.get("/metrics").text)
    assert late["tongdai_overdue_tasks"] == 1
    assert late["tongdai_due_timers"] > 0
    assert late["tongdai_due_timer_age_seconds"] > 3600


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.1.2.3", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "10.1.2.3"}, 404),
        ("nonsense", {}, 404),
    ],
)
def test_without_a_key_only_this_machine_gets_metrics(
    site: Site, address: str, headers: dict[str, str], status: int
) -> None:
    visitor = site.browser()
    answer = visitor.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_with_a_key_whoever_has_it_gets_metrics(site: Site) -> None:
    settings = environment.load_settings({"TONGDAI_VAR": str(site.var), "TONGDAI_METRICS_KEY": KEY})
    client = create_app(settings, site.engine, meters=Meters()).test_client()
    for headers, status in (({}, 404), ({"Authorization": f"Bearer {KEY}"}, 200), ({"Authorization": "Bearer x"}, 404)):
        answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": "10.1.2.3"}, buffered=True)
        assert answer.status_code == status
