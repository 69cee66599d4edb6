"""No false alarm: what changes a case later, by the program's own ways, agrees with its history."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.actor import SYSTEM, Actor, ActStamp
from engine.bpmn.actions import Cancel
from engine.cases import calls
from engine.privacy import retention
from engine.process import history, instances, rescheduling
from engine.process.act_detail import canonical_text
from engine.process.acts import Command
from engine.process.history import ChainState
from engine.reorganisation.moves import apply_reorganisation, plan_reorganisation
from engine.staff import people
from engine.store import schema_migrations
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Instance, Report
from tests.kit.filled import BEGUN, DONE, MERGED, FilledCopy
from tests.kit.province import load_year
from tests.kit.record import differences
from tests.kit.site import COMMUNE, OFFICE, OPERATOR, Site
from tests.reorganisation.test_moves import MAPS
from tests.web.pages.test_task import RECEIVE, VERIFY, complete

WHO = Actor("person:1", "cli")
OLDER = "20261126_1704"
NEW_FACTS = ("state", "deadline", "roles", "report", "deployment", "note", "kept")


def agree(site: Site) -> bool:
    with transaction(site.engine) as tx:
        found = differences(tx)
    assert found == []
    return not found


def end_all(site: Site) -> None:
    """End the cases that are still open, and release the hold."""
    codes = [row.code for row in site.read(select(Report.code).order_by(Report.id))]
    site.browser(OFFICE).post("/privacy/holds", {"code": codes[2], "act": "release"})
    for instance_id in (MERGED, BEGUN):
        site.write(instances.take_step, instance_id, Command(Cancel(), WHO, site.now), site.world())


@pytest.mark.slow
def test_after_erasure_nothing_differs_and_what_is_kept_stays_proven(filled: FilledCopy) -> None:
    with filled.site() as site:
        end_all(site)
        later = site.now + timedelta(days=200)
        assert retention.erase_expired(site.engine, later, 100, SYSTEM).reports == 4
        assert site.read(select(Report.id).where(Report.salt.is_not(None))) == []
        assert agree(site)
    assert "older version" not in filled.tongdai.done("history", "verify")
    filled.edit("UPDATE submission SET content = replace(content, 'yes', 'no') WHERE form = 'verify'")
    assert any("the content of a form" in line for line in filled.differences())


def test_particulars_that_are_corrected_at_request_agree_those_of_another_caller_too(filled: FilledCopy) -> None:
    with filled.site() as site:
        office = site.browser(OFFICE)
        for phone in ("0912345678", "0987654321"):
            asked = {
                "kind": "correct",
                "phone": phone,
                "name": RECEIVE["reporter_name"],
                "identity": "Gọi lại số đã khai",
            }
            address = office.post("/privacy", asked).headers["Location"]
            report = site.read(select(Report.id).where(Report.phone == phone).order_by(Report.id))[0].id
            new = {"report": str(report), "reporter_name": "Trần Thị Mẫn", "reason": "Ghi nhầm tên"}
            particulars = {key: RECEIVE[key] for key in ("address",)} | {"phone": phone, "email": ""}
            assert office.post(f"{address}/correct", {**particulars, **new}).status_code == 302
        assert agree(site)
        assert site.read(select(Report.id).where(Report.reporter_name == "Trần Thị Mẫn").order_by(Report.id)) == [
            (1,),
            (4,),
        ]
        assert site.write(calls.list_joined_cases, [4])[0][0] == DONE
        code = site.read(select(Report.code))[0].code
        assert "Sửa thông tin của người phản ánh cùng vụ việc" in office.get(f"/records?code={code}").text


def test_corrections_a_holiday_and_closed_accounts_agree(filled: FilledCopy) -> None:
    with filled.site() as site:
        operator = site.browser(OPERATOR)
        code = site.read(select(Report.code).where(Report.id == BEGUN))[0].code
        reason = {"reason": "Người dân báo nhầm nơi"}
        assert operator.post(f"/cases/{code}/corrections/reroute", {**reason, "place": "26191"}).status_code == 302
        split = {**reason, "content": "Đèn hỏng.", "field": "infrastructure", "place": "26008"}
        assert operator.post(f"/cases/{code}/corrections/split", split).status_code == 302
        merged = site.read(select(Report.code).where(Report.id == MERGED))[0].code
        assert operator.post(f"/cases/{merged}/corrections/unmerge", reason).status_code == 302
        site.later(days=1)
        rescheduling.reschedule_cases(site.engine, WHO, site.now, site.world(), "Nghỉ bù")
        site.write(people.set_active, 3, ActStamp(SYSTEM, site.now), active=False)
        assert agree(site)


@pytest.mark.slow
def test_a_reorganisation_of_the_whole_province_agrees(filled: FilledCopy) -> None:
    with filled.site() as site:
        with transaction(site.engine) as tx:
            load_year(tx, 2025)
            apply_reorganisation(tx, plan_reorganisation(tx, *MAPS), WHO, site.now)
        assert site.read(select(Report.place).join(Instance).where(Instance.id == BEGUN))[0].place
        assert agree(site)
        task = site.task(BEGUN, "verify")
        assert complete(site, site.browser(COMMUNE), BEGUN, "verify", VERIFY).status_code == 302, task.unit_code
        assert agree(site)


def forget_new_facts(filled: FilledCopy) -> None:
    """Make the histories what the older version would have written, chains and heads included."""
    with filled.site() as site, transaction(site.engine) as tx:
        connection, rows = tx.write(), history._history
        for instance_id in (DONE, MERGED, BEGUN):
            chain = ChainState()
            for row in connection.execute(
                select(rows).where(rows.c.instance_id == instance_id).order_by(rows.c.seq)
            ).all():
                kept = {key: value for key, value in json.loads(row.detail).items() if key not in NEW_FACTS}
                older = dict(row._mapping) | {"detail": canonical_text(kept)}
                digest = history._row_digest(chain.head, older)
                chain = ChainState(digest, row.seq)
                same = (rows.c.instance_id == instance_id) & (rows.c.seq == row.seq)
                connection.execute(rows.update().where(same).values(detail=older["detail"], digest=digest))
            heads = table_of(Instance).update().where(Instance.id == instance_id)
            connection.execute(heads.values(history_head=chain.head))


def test_a_database_of_an_older_version_agrees_and_what_it_did_not_record_is_counted(filled: FilledCopy) -> None:
    forget_new_facts(filled)
    schema_migrations.downgrade(filled.tongdai.url, OLDER)
    schema_migrations.upgrade(filled.tongdai.url)
    output = filled.tongdai.done("history", "verify")
    for what in ("the case's deadline, 3 times", "the log of looks", "a contact with the citizen, 1 times"):
        assert f"Nothing in the history of an older version to compare with: {what}" in output
    with closing(sqlite3.connect(filled.file)) as connection:  # Forms were always recorded, and the report by them.
        connection.execute("UPDATE report SET content = 'x' WHERE id = 1")
        connection.execute("UPDATE submission SET content = '{}' WHERE form = 'verify'")
        connection.commit()
    assert len(filled.differences()) > 1
    with filled.site() as site:  # What happens from now on is proven.
        office = site.browser(OFFICE)
        assert office.get("/records").status_code == 200
