"""Promises of intake (R1, R18): what must be told is asked for, and nothing personal leaves the report's own row."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select

from engine.actor import SYSTEM
from engine.bpmn.step import process_data_of
from engine.cases import case_code, intake
from engine.cases.intake import FiledReport, NewReport, file_report
from engine.errors import Invalid
from engine.process import definitions, instances
from engine.process.definitions import DefinitionRef
from engine.process.report_fields import shipped_fields
from engine.store.db import Transaction, transaction
from engine.store.models import History, Instance, Outbox, Report, Submission, Task
from engine.text import strip_diacritics
from engine.world.unit_tree import OrgUnit, UnitTree
from engine.world.world import World
from tests.kit.hotline import NEW, NOW, PLACE, UNITS, WHO, WORLD, deployed
from tests.paths import ROOT

PERSONAL = ("Hồng Đào", "912345678", "912 345", "Bùi Hữu Nghĩa", "hongdao", "Trạm y tế", "hong dao", "tram y te")


def file(tx: Transaction, new: NewReport = NEW) -> FiledReport:
    return file_report(tx, new, deployed(tx), WHO, WORLD)


# What is refused


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("field", "politics", "'politics' is unknown; use one of health, welfare"),
        ("field", "", "'' is unknown"),
        ("urgency", "soon", "'soon' is unknown; use one of normal, urgent, emergency"),
        ("channel", "fax", "'fax' is unknown; use one of phone, web"),
        ("place", "", "not the code of a commune"),
        ("place", "99999", "'99999' is not the code of a commune"),
        ("place", "731", "not the code of a commune"),
        ("place", "75.1022", "not the code of a commune"),
        ("reporter_name", "", "needs the caller's name, phone number and address"),
        ("reporter_name", " \t ", "needs the caller's name"),
        ("phone", "", "needs the caller's name"),
        ("phone", "  ", "needs the caller's name"),
        ("phone", "12345", "not a Vietnamese subscriber's number"),
        ("phone", "1900 1022", "not a Vietnamese subscriber's number"),
        ("phone", "+1 202 555 0123", "not a Vietnamese subscriber's number"),
        ("phone", "0912345678\x00", "not a Vietnamese subscriber's number"),
        ("phone", "gọi sau", "not a Vietnamese subscriber's number"),
        ("address", "", "needs the caller's name"),
        ("address", "12\x00", "characters that cannot be stored"),
        ("reporter_name", "A\x00", "characters that cannot be stored"),
        ("email", "a\x00@b", "characters that cannot be stored"),
        ("content", "\ud800", "characters that cannot be stored"),
        ("content", "x" * (intake.MAX_TEXT_LENGTH + 1), "too long"),
        ("address", "x" * (intake.MAX_TEXT_LENGTH + 1), "too long"),
        ("due", datetime(2026, 12, 1), "no time zone"),  # noqa: DTZ001 - a naive time is what must be refused
        ("received_at", datetime(2026, 12, 1), "no time zone"),  # noqa: DTZ001 - the same
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        intake.check_report(replace(NEW, **{field: value}), WORLD, shipped_fields())
    assert (caught.value.field, said in str(caught.value)) == (field, True)


def test_of_a_refused_report_nothing_is_stored(tx: Transaction) -> None:
    with pytest.raises(Invalid) as caught:
        file(tx, replace(NEW, address=""))
    assert caught.value.field == "address"
    assert tx.read.execute(select(Report.id)).first() is None
    assert tx.read.execute(select(Instance.id)).first() is None


@pytest.mark.parametrize("personal", ["reporter_name", "phone", "address"])
def test_a_refusal_does_not_repeat_what_is_personal(personal: str) -> None:
    secret: dict[str, Any] = {personal: "bí mật\x00"}
    with pytest.raises(Invalid) as caught:
        intake.check_report(replace(NEW, **secret), WORLD, shipped_fields())
    assert "bí mật" not in str(caught.value)


def test_a_report_from_a_commune_that_was_merged_goes_to_the_one_that_follows_it(tx: Transaction) -> None:
    merged = OrgUnit("26071", "Xã cũ", "commune", "731", closed=True, successor=PLACE)
    world = World(WORLD.calendar, UnitTree((*UNITS, merged), None))
    filed = file_report(tx, replace(NEW, place="26071"), deployed(tx), WHO, world)
    assert [task.unit for task in filed.step.opened_tasks] == [PLACE]


# What is stored


def test_a_complete_report_is_stored_and_its_process_begun(tx: Transaction) -> None:
    filed = file(tx)
    row = tx.read.execute(select(Report)).one()
    assert (row.id, row.code, row.received_at) == (filed.report_id, filed.code, NOW)
    assert (row.reporter_name, row.address, row.email) == (NEW.reporter_name, NEW.address, NEW.email)
    assert row.complete is True
    assert row.folded == strip_diacritics(f"{NEW.reporter_name} {NEW.address}")
    assert row.matter == "tram y te dong cua gio hanh chinh."
    instance = tx.read.execute(select(Instance)).one()
    assert (instance.id, instance.report_id, instance.started_at) == (filed.instance_id, filed.report_id, NOW)
    assert [task.node for task in filed.step.opened_tasks] == ["verify"]


@pytest.mark.parametrize("typed", ["+84 912 345 678", "0912.345.678", "0084912345678", " 0912345678"])
def test_a_phone_number_becomes_what_is_dialled(typed: str) -> None:
    assert intake.check_report(replace(NEW, phone=typed), WORLD, shipped_fields()) == replace(NEW, phone="0912345678")


def test_a_phone_number_is_stored_as_it_is_dialled(tx: Transaction) -> None:
    file(tx)
    assert tx.read.execute(select(Report.phone)).scalar_one() == "0912345678"


def test_an_emergency_is_taken_without_a_name_and_is_incomplete(tx: Transaction) -> None:
    file(tx, replace(NEW, urgency="emergency", reporter_name="  "))
    file(tx, replace(NEW, urgency="emergency"))
    assert tx.read.execute(select(Report.complete).order_by(Report.id)).scalars().all() == [False, True]


@pytest.mark.parametrize("missing", ["phone", "address"])
def test_an_emergency_needs_a_number_to_call_back_and_a_place_to_go(missing: str) -> None:
    blank: dict[str, Any] = {missing: ""}
    with pytest.raises(Invalid) as caught:
        intake.check_report(replace(NEW, urgency="emergency", **blank), WORLD, shipped_fields())
    assert (caught.value.field, caught.value.rule) == (missing, "report-incomplete")


def test_an_emergency_with_a_wrong_number_is_asked_again() -> None:
    with pytest.raises(Invalid, match="phone number is not") as caught:
        intake.check_report(replace(NEW, urgency="emergency", phone="123"), WORLD, shipped_fields())
    assert caught.value.field == "phone"


# The code


def test_every_report_has_a_code_of_its_own_that_reads_back(tx: Transaction) -> None:
    codes = [file(tx).code for _ in range(3)]
    assert len(set(codes)) == 3
    assert [case_code.parse_code(code, "DN") for code in codes] == codes
    assert all(code.startswith("DN-26-") for code in codes)


def test_the_year_of_a_code_is_vietnams(tx: Transaction) -> None:
    new_year = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)
    assert file(tx, replace(NEW, received_at=new_year)).code.startswith("DN-27-")


# What the process knows


def test_the_process_gets_the_facts_of_routing_and_no_others(tx: Transaction) -> None:
    due = datetime(2026, 12, 1, 1, tzinfo=UTC)
    filed = file(tx, replace(NEW, due=due))
    found = definitions.find_by_key(tx, "handle")
    process = definitions.load_deployment(tx, found.digest).get_process("handle")
    data = process_data_of(process, instances.load_instance(tx, filed.instance_id).state)
    assert {key: value for key, value in data.items() if not key.startswith("_")} == {
        "case": filed.report_id,
        "code": filed.code,
        "field": "health",
        "urgency": "normal",
        "place": PLACE,
        "channel": "phone",
        "due": "2026-12-01T01:00:00+00:00",
    }


def shipped(tx: Transaction) -> DefinitionRef:
    definitions.deploy_files(tx, definitions.read_deployment_folder(ROOT), by=SYSTEM, message="", now=NOW)
    return definitions.find_by_key(tx, "citizen_report")


def test_nothing_personal_stands_in_blob_history_tasks_or_outbox(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        filed = file_report(tx, NEW, shipped(tx), WHO, WORLD)
    with transaction(engine_db) as tx:
        rows = [tx.read.execute(select(table)).all() for table in (Instance, History, Task, Outbox, Submission)]
        blob = tx.read.execute(select(Instance.state)).scalar_one()
    written = json.dumps([[list(map(str, row)) for row in found] for found in rows], ensure_ascii=False)
    assert filed.code in written
    assert [word for word in PERSONAL if word in written or word.encode() in blob] == []
    assert [word for word in PERSONAL if word in json.dumps(filed.step.path)] == []


def test_history_knows_the_facts_of_routing(tx: Transaction) -> None:
    filed = file(tx)
    detail = json.loads(tx.read.execute(select(History.detail)).scalar_one())
    assert (detail["data"]["code"], detail["data"]["place"]) == (filed.code, PLACE)
