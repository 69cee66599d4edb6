"""Work that officers begin is treated like a report wherever cases are: a test for each place."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from engine.actor import Actor
from engine.backup.backup import back_up_database, restore_database
from engine.cases import lookup
from engine.process import history
from engine.process.code_format import format_code
from engine.records import xes
from engine.reorganisation import moves
from engine.scenarios import recording
from engine.store.columns import table_of
from engine.store.db import engine_for, read_snapshot, transaction
from engine.store.models import History, Matter, MatterFile, StoredFile, Submission, Task
from tests.kit.errand import TRIP, deploy_errand
from tests.kit.pictures import PNG
from tests.kit.province import load_year
from tests.kit.record import differences
from tests.kit.site import COMMUNE, NOW, OFFICE, PLACE, Site
from tests.reorganisation.test_moves import MAPS
from tests.web.pages.test_begin import HEAD, OTHER_COMMUNE, begin, begun, follow

OTHER = "canbo.26008"


@pytest.fixture
def trip(site: Site) -> Any:
    """Something that an officer has begun, with a file; its head has to decide."""
    deploy_errand(site)
    begin(site.browser(COMMUNE), papers=(BytesIO(PNG), "giay.png"))
    return begun(site)


def test_the_inbox_previews_claims_and_gives_it_back(site: Site, trip: Any) -> None:
    task, head = site.task(trip.instance_id, "decide"), site.browser(HEAD)
    assert trip.code in head.get("/inbox?view=queue").text
    preview = head.get(f"/tasks/{task.id}/preview", follow_redirects=True)
    assert (preview.status_code, TRIP["reason"] in preview.text) == (200, True)
    head.post(f"/tasks/{task.id}/claim", {"version": "1"})
    assert trip.code in head.get("/inbox?view=mine").text
    head.post(f"/tasks/{task.id}/release", {"version": "2"})
    assert site.task(trip.instance_id, "decide").assignee_id is None
    assert site.browser(OTHER_COMMUNE).get(f"/tasks/{task.id}/preview", follow_redirects=True).status_code == 403


def test_a_substitute_does_it_in_the_place_of_the_absent_and_history_says_so(site: Site, trip: Any) -> None:
    follow(site, HEAD, "decide", words="Đồng ý.")
    absence = {"person": COMMUNE, "substitute": OTHER, "first": "2026-11-25", "last": "2026-11-26"}
    assert site.browser(OFFICE).post("/substitutes", absence).status_code == 302
    assert trip.code in site.browser(OTHER).get("/inbox?view=standing-in").text
    assert follow(site, OTHER, "read").status_code == 302
    last = site.read(select(History.detail).where(History.instance_id == trip.instance_id).order_by(History.seq))[-1]
    assert '"for":' in last.detail
    assert site.write(differences) == []


def test_the_monitor_of_reports_is_left_as_it_was_and_the_office_has_its_times(site: Site, trip: Any) -> None:
    office = site.browser(OFFICE)
    for page in ("/monitor", "/monitor/cases", "/monitor/now", "/chase"):
        answer = office.get(page)
        assert answer.status_code in (200, 302, 404), page
        assert trip.code not in answer.text
    assert "Xin đi công tác" in office.get("/begin/times").text


def test_the_event_log_has_its_code_and_unit(site: Site, trip: Any, tmp_path: Path) -> None:
    with read_snapshot(site.engine) as tx:
        xes.export_to_file(tx, NOW - timedelta(days=1), NOW + timedelta(days=1), tmp_path / "log.xes")
    text = (tmp_path / "log.xes").read_text(encoding="utf-8")
    assert f'value="{trip.code}"' in text
    assert f'key="place" value="{PLACE}"' in text


def test_the_record_shows_and_verifies_it_by_its_code(site: Site, trip: Any) -> None:
    office = site.browser(OFFICE)
    site.keep_proofs_fresh()
    page = office.get(f"/records?code={trip.code}").text
    assert "Xin đi công tác" in page or trip.code in page
    assert site.browser(OFFICE).get(f"/cases/{trip.code}").location == f"/matters/{trip.code}"
    answer = office.post("/records/verify", {"code": trip.code}, follow_redirects=True)
    assert f"Nhật ký của hồ sơ {trip.code} còn nguyên vẹn" in answer.text


@pytest.mark.parametrize("column", ["code", "unit_code", "starter_id"])
def test_what_it_is_about_cannot_be_changed_beside_its_history(site: Site, trip: Any, column: str) -> None:
    value = {"code": "TR-26-000009-X", "unit_code": "26068", "starter_id": None}[column]
    with transaction(site.engine) as tx:
        tx.write().execute(update(table_of(Matter)).values({column: value}))
        assert len(differences(tx)) == 1


MERGED, INTO = "25996", "26188"  # A commune of 2021, and that of 2025 of which it is a part.


def test_it_moves_with_its_unit_and_goes_on_there(site: Site) -> None:
    deploy_errand(site)
    begin(site.browser(f"canbo.{MERGED}"), start_unit=MERGED)
    trip = begun(site)
    with transaction(site.engine) as tx:
        load_year(tx, 2025)
        moves.apply_reorganisation(tx, moves.plan_reorganisation(tx, *MAPS), Actor("person:1", "cli"), NOW)
        assert tx.read.execute(select(Matter.unit_code)).scalar_one() == INTO
        assert tx.read.execute(select(Task.unit_code).where(Task.node == "decide")).scalar_one() == INTO
        assert differences(tx) == []
    assert trip.code in site.browser(f"canbo.{MERGED}").get("/begin").text
    follow(site, f"lanhdao.{MERGED}", "decide", words="Đồng ý.")
    assert follow(site, f"canbo.{MERGED}", "read").status_code == 302
    assert site.write(differences) == []


def test_a_backup_brings_it_back_with_its_files(site: Site, trip: Any, tmp_path: Path) -> None:
    back_up_database(site.engine, tmp_path / "all.zip", NOW, lambda _done, _total: None)
    restored = engine_for(f"sqlite:///{tmp_path / 'restored.sqlite3'}", durable=False)
    restore_database(restored, tmp_path / "all.zip", lambda _done, _total: None)
    with transaction(restored) as tx:
        assert tx.read.execute(select(Matter.code)).scalars().all() == [trip.code]
        assert tx.read.execute(select(MatterFile.name)).scalars().all() == ["giay.png"]
        assert tx.read.execute(select(func.count()).select_from(StoredFile)).scalar_one() > 0
        assert TRIP["reason"] in tx.read.execute(select(Submission.content)).scalar_one()
        assert (differences(tx), list(history.find_breaks(tx))) == ([], [])
    restored.dispose()


def test_it_is_recorded_as_a_scenario_by_its_code(site: Site, trip: Any) -> None:
    with transaction(site.engine) as tx:
        told = recording.record_case(tx, lookup.case_id_by_code(tx, trip.code), NOW).decode()
    assert f"begin: ask\n    by: commune {PLACE}" in told
    assert TRIP["reason"] not in told


def test_what_is_not_there_is_not_found_and_both_languages_have_every_page(site: Site, trip: Any) -> None:
    own = site.browser(COMMUNE)
    assert own.get(f"/matters/{format_code('TR', 2026, 777)}").status_code == 404
    assert own.get("/begin/errand/nowhere").status_code == 404
    assert own.get(f"/matters/{trip.code}/files/999").status_code == 404
    assert own.get("/matters/tasks/999").status_code == 404
    own.post("/language", {"language": "en"})
    for page in ("/begin", "/begin/errand/ask", f"/matters/{trip.code}", "/inbox"):
        text = own.get(page).text
        assert '<html lang="en"' in text, page
        assert "Request a trip" in text, page
