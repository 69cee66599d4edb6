"""Promises of forgetting what officers began without a report: after its term, on request, not while it is held."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from engine.actor import SYSTEM, Actor, ActStamp
from engine.cases import tasks
from engine.cases.attachments import CleanFile
from engine.cases.tasks import Desk
from engine.matters import starting
from engine.privacy import matter_retention, requests, retention
from engine.privacy.matter_retention import NightlyMatterErasure
from engine.privacy.requests import ERASE, NewDataSubjectRequest
from engine.process import definitions
from engine.process.history import find_breaks
from engine.staff import account_seals
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import History, Instance, Matter, MatterFile, MatterHold, Person, StoredFile, Submission, Task
from tests.kit import hotline
from tests.kit.errand import FILES, TRIP, deploy_errand, errand
from tests.kit.pictures import PNG
from tests.kit.record import differences
from tests.kit.site import COMMUNE, NOW, OFFICE, PLACE, Site, deployment
from tests.privacy.test_retention import MARK, found

HEAD = f"lanhdao.{PLACE}"
PRIVACY = Officer(1, frozenset({("75", "administrator"), ("75.VP", "provincial_office")}))
DAYS = 100
BY = Actor("administrator", "cli")


def begin(site: Site, login: str = COMMUNE) -> Any:
    """Something that an officer has begun, with a marker in its form, and a file; its row."""
    files = {"papers": (BytesIO(PNG), f"{MARK}.png")}
    answer = site.browser(login).post(
        "/begin/errand/ask", {**TRIP, "reason": f"{MARK} lý do", "start_unit": PLACE, **files}
    )
    assert answer.status_code == 302
    return site.read(select(Matter.__table__).order_by(Matter.instance_id))[-1]


def complete(site: Site, login: str, matter: Any, node: str, **values: Any) -> None:
    task = site.task(matter.instance_id, node)
    answer = site.browser(login).post(f"/matters/tasks/{task.id}", {"version": str(task.version), **values})
    assert answer.status_code == 302, answer.text


def end(site: Site, matter: Any) -> None:
    complete(site, HEAD, matter, "decide", words=f"{MARK} ý kiến")
    complete(site, COMMUNE, matter, "read", note=MARK)


@pytest.fixture
def ended(site: Site) -> Any:
    """The row of something that has ended."""
    deploy_errand(site)
    matter = begin(site)
    end(site, matter)
    return matter


def at(days: float) -> datetime:
    return NOW + timedelta(days=days)


def desk(site: Site, days: float = 0) -> Desk:
    return Desk(PRIVACY, "test", at(days), site.world())


def test_after_its_term_nothing_is_left_of_what_was_written_and_the_record_holds(site: Site, ended: Any) -> None:
    running = begin(site)
    before = found(site.engine)
    assert {"matter.line", "matter.folded", "matter_file.name", "submission.content"} <= before
    assert matter_retention.walk_matters(site.engine, at(DAYS - 1), DAYS, BY)[0] == 0
    rehearsed = matter_retention.walk_matters(site.engine, at(DAYS + 1), DAYS, None)
    assert (rehearsed[0], found(site.engine)) == (1, before)
    erased, rows, kept = matter_retention.walk_matters(site.engine, at(DAYS + 1), DAYS, BY)
    assert (erased, rows["matter_file"], rows["matter"], kept[retention.RECENT]) == (1, 1, 1, 1)
    # The other is open, and shares the bytes of its file.
    (left,) = site.read(select(Matter.__table__).where(Matter.anonymised_at.is_(None)))
    assert left.instance_id == running.instance_id
    assert site.read(select(func.count()).select_from(MatterFile))[0][0] == 1
    own = site.read(select(Submission.content, Submission.salt).where(Submission.instance_id == ended.instance_id))
    assert {(row.content, row.salt) for row in own} == {("{}", b"")}
    (row,) = site.read(select(Matter.__table__).where(Matter.instance_id == ended.instance_id))
    assert (row.line, row.name, row.code, row.anonymised_at) == (row.name, ended.name, ended.code, at(DAYS + 1))
    acts = site.read(select(History.action).where(History.instance_id == ended.instance_id).order_by(History.seq))
    assert acts[-1].action == "anonymise"
    with transaction(site.engine) as tx:
        assert (differences(tx), list(find_breaks(tx))) == ([], [])
    end(site, running)
    matter_retention.walk_matters(site.engine, at(2 * DAYS), DAYS, BY)
    assert found(site.engine) == set()
    assert site.read(select(StoredFile.digest)) == []
    page = site.browser(COMMUNE).get(f"/matters/{ended.code}")
    assert (page.status_code, MARK in page.text) == (200, False)
    assert ended.code in site.browser(COMMUNE).get(f"/begin?text={ended.code}").text


OFFICER, LEADER = (Officer(1, frozenset({(hotline.PLACE, role)})) for role in ("commune", "unit_head"))


def test_both_databases_forget_the_same(engine_db: Engine) -> None:
    file = CleanFile(f"{MARK}.png", "image/png", PNG, b"")
    with transaction(engine_db) as tx:
        hotline.desk(tx)
        definitions.deploy_files(tx, hotline.FILES | FILES, by=SYSTEM, message="", now=NOW)
        values = {"reason": MARK, "days": 2}
        own = Desk(OFFICER, "test", NOW, hotline.WORLD)
        matter = starting.send_start_form(tx, own, ("errand", "ask", hotline.PLACE), values, {"papers": [file]})
        for officer, answers in ((LEADER, {"words": MARK}), (OFFICER, {"note": MARK})):
            task = tx.read.execute(select(Task).where(Task.state == "open")).one()
            tasks.complete(tx, Desk(officer, "test", NOW, hotline.WORLD), task.id, task.version, answers)
    assert found(engine_db) >= {"matter.line", "matter.folded", "matter_file.name", "submission.content"}
    assert matter_retention.walk_matters(engine_db, at(DAYS + 1), DAYS, BY)[0] == 1
    assert found(engine_db) == set()
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(StoredFile.digest)).all() == []
        assert tx.read.execute(select(Matter.line).where(Matter.code == matter.code)).scalar() == "Xin đi công tác"
        assert (differences(tx), list(find_breaks(tx))) == ([], [])


@pytest.mark.parametrize(("days", "kept"), [("400", True), ("40", False)])
def test_a_process_may_name_a_term_of_its_own(site: Site, ended: Any, days: str, *, kept: bool) -> None:
    own = {PurePosixPath("workflows/errand.bpmn"): errand(keep_days=days)}
    site.write(definitions.deploy_files, deployment() | FILES | own, by=SYSTEM, message="", now=NOW)
    after = DAYS + 1 if kept else 41
    assert matter_retention.walk_matters(site.engine, at(after), DAYS, BY)[0] == (0 if kept else 1)
    assert matter_retention.walk_matters(site.engine, at(401), DAYS, BY)[0] == (1 if kept else 0)
    assert site.read(select(Matter.code))[0].code == ended.code


def test_what_is_held_stays_until_it_is_released_and_both_are_recorded(site: Site, ended: Any) -> None:
    with transaction(site.engine) as tx:
        requests.place_hold(tx, desk(site), ended.code, "Thanh tra yêu cầu")
        assert [row.code for row in requests.list_holds(tx)] == [ended.code]
    assert matter_retention.walk_matters(site.engine, at(DAYS + 1), DAYS, BY)[2][retention.HELD] == 1
    with transaction(site.engine) as tx:
        assert differences(tx) == []
        requests.release_hold(tx, desk(site), ended.code)
        assert differences(tx) == []
    assert matter_retention.walk_matters(site.engine, at(DAYS + 1), DAYS, BY)[0] == 1
    acts = [row.action for row in site.read(select(History.action).order_by(History.seq))]
    assert acts[-3:] == ["hold", "release_hold", "anonymise"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda code: update(table_of(Matter)).values(anonymised_at=NOW),
        lambda code: table_of(MatterHold).insert().values(instance_id=code, reason="?", at=NOW, by="person:1"),
    ],
)
def test_an_erasure_or_hold_that_history_does_not_know_shows(
    site: Site, ended: Any, forge: Callable[[int], Any]
) -> None:
    with transaction(site.engine) as tx:
        tx.write().execute(forge(ended.instance_id))
        assert differences(tx) != []


def test_the_officer_who_began_it_may_ask_that_it_is_erased(site: Site, ended: Any) -> None:
    begin(site)
    with transaction(site.engine) as tx:
        starter = update(table_of(Person)).where(Person.login == COMMUNE)
        tx.write().execute(starter.values(phone="0912 345 678", name="Trần Thị Mận"))
        account_seals.adopt_accounts(tx, ActStamp(SYSTEM, NOW))
        asked = NewDataSubjectRequest(ERASE, "0912345678", "tran thi man", "Xem thẻ công chức")
        number = requests.open_data_request(tx, desk(site), asked)
        stays = requests.fulfil_erasure(tx, desk(site), requests.load_data_request(tx, number))
        assert set(stays.values()) == {retention.OPEN}
    rows = site.read(select(Matter.anonymised_at).order_by(Matter.instance_id))
    assert [row.anonymised_at for row in rows] == [NOW, None]
    assert site.write(differences) == []


def open_request(site: Site, kind: str) -> str:
    """The address of a request of the officer who begins things here."""
    with transaction(site.engine) as tx:
        starter = update(table_of(Person)).where(Person.login == COMMUNE)
        tx.write().execute(starter.values(phone="0912 345 678", name="Trần Thị Mận"))
        account_seals.adopt_accounts(tx, ActStamp(SYSTEM, NOW))
    asked = {"kind": kind, "phone": "0912345678", "name": "tran thi man", "identity": "Xem thẻ công chức"}
    return str(site.browser(OFFICE).post("/privacy", asked).location)


def test_the_officer_gets_what_they_wrote_and_their_files_but_no_words_of_others(site: Site, ended: Any) -> None:
    complete_address = open_request(site, "access")
    office = site.browser(OFFICE)
    assert "Tải tệp dữ liệu" in office.get(complete_address).text
    packed = zipfile.ZipFile(BytesIO(office.get(f"{complete_address}/export").data))
    (data,) = json.loads(packed.read("du-lieu.json"))
    page = packed.read("du-lieu.html").decode()
    assert (data["code"], data["files"]) == (ended.code, [f"{MARK}.png"])
    assert f"{MARK} lý do" in page
    assert MARK in [text for _at, _title, text in data["told"]]  # Their note in the last step.
    assert f"{MARK} ý kiến" not in page
    assert packed.read(next(name for name in packed.namelist() if name.startswith(f"{ended.code}/")))


def test_the_officer_has_what_they_wrote_corrected_as_an_act(site: Site, ended: Any) -> None:
    office, address = site.browser(OFFICE), open_request(site, "correct")
    assert f"{MARK} lý do</textarea>" in office.get(address).text
    form = {"begun": str(ended.instance_id), "reason": "Ghi nhầm nơi họp", "answer.reason": "Họp tại Long Khánh"}
    for wrong in ({"reason": ""}, {"answer.reason": ""}, {"answer.reason": f"{MARK} lý do"}):
        assert office.post(f"{address}/correct", {**form, **wrong}).status_code == 422
    for wrong in ({"begun": "999"}, {"begun": "x"}):
        assert office.post(f"{address}/correct", {**form, **wrong}).status_code == 404
    corrected = office.post(f"{address}/correct", form)
    assert corrected.status_code == 302, corrected.text
    (row,) = site.read(select(Matter.line, Matter.folded))
    assert row.line == "Họp tại Long Khánh"
    assert row.folded.endswith("hop tai long khanh")
    page = site.browser(COMMUNE).get(f"/matters/{ended.code}").text
    assert ("Họp tại Long Khánh" in page, f"{MARK} lý do" in page) == (True, False)
    assert site.write(differences) == []


def test_the_night_erases_and_a_restored_copy_is_erased_again(site: Site, ended: Any) -> None:
    night = NightlyMatterErasure(site.engine, DAYS)
    assert night.erase_slice(at(DAYS + 1)) is False
    assert [row.anonymised_at is None for row in site.read(select(Matter.anonymised_at))] == [False]
    with transaction(site.engine) as tx:
        codes = retention.list_erased_codes(tx)
        assert codes == [ended.code]
        tx.write().execute(update(table_of(Matter)).values(anonymised_at=None))
        assert matter_retention.reapply_matter_erasures(tx, codes, BY, at(DAYS + 2)) == 1
    assert site.read(select(Instance.status))[0].status == "finished"
