"""A province without districts: the same pages on its own diagram, from the call to the citizen's opinion."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.replay import demo
from engine.store import db
from engine.store.models import Instance, Report
from tests.kit import site as site_helper
from tests.kit.site import Site
from tests.web.pages.test_intake import CALL
from tests.web.pages.test_task import RESOLVE, VERIFY, complete

OPERATOR, OFFICE = "canbo.75.1022", "canbo.75.vp"


@pytest.fixture
def two_level(sqlite_template: Path, tmp_path: Path) -> Site:
    """A site on the province of July 2025."""
    file = tmp_path / "two.sqlite3"
    shutil.copyfile(sqlite_template, file)
    engine = db.engine_for(f"sqlite:///{file}", durable=False)
    demo.set_up_province(engine, "two_level", site_helper.deployment(), site_helper.NOW)
    return Site(engine, tmp_path)


def test_a_report_runs_from_the_call_to_the_opinion_without_districts(two_level: Site) -> None:
    site = two_level
    place = next(unit.code for unit in site.world().units.units if unit.kind == "commune" and not unit.closed)
    answer = site.browser(OPERATOR).post("/intake", {**CALL, "place": place}, follow_redirects=True)
    assert "Đã ghi nhận hồ sơ" in answer.text
    commune, office = site.browser(f"canbo.{place.lower()}"), site.browser(OFFICE)
    open_now = {task.node: task for task in site.open_tasks(1)}
    if "assign" in open_now:
        complete(site, office, 1, "assign", {"place": place})
    assert complete(site, commune, 1, "verify", VERIFY).status_code == 302
    assert complete(site, commune, 1, "resolve", RESOLVE).status_code == 302
    complete(site, office, 1, "check", {"check_decision": "accept"})
    told = {"answered_by": "phone", "answered_at": "2026-11-25T10:00", "answer_reached": "yes", "answer_text": "Xong."}
    complete(site, site.browser(OPERATOR), 1, "answer", told)
    code = site.read(select(Report.code))[0].code
    diagrams = office.get(f"/cases/{code}/diagram").get_json()["diagrams"]
    assert "Văn phòng UBND thành phố" in diagrams[0]["xml"]
    assert not [one["name"] for one in diagrams if "UBND tỉnh" in one["xml"]]
    citizen = site.browser()
    citizen.follow(code)
    assert "Xong." in citizen.get("/follow").text
    citizen.post("/follow/opinion", {"satisfied": "yes", "rating": "4"})
    assert site.read(select(Instance.status))[0].status == "finished"
    assert "Không có gì để chuyển." in office.post("/admin/units/move", {"act": "plan"}).text
    site.engine.dispose()
