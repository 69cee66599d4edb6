"""Standard answers on both databases: one next version each, texts compared and masked, fair and repeatable draws."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from engine.answers import author_scope, library, reviews, usage
from engine.answers.library import AnswerChange, NewAnswer
from engine.answers.reviews import ReviewVerdict, SampleCriteria
from engine.answers.text_diff import ADDED, REMOVED, diff_words
from engine.answers.usage import DayRange
from engine.cases.masking import mask_personal_data
from engine.cases.tasks import Desk
from engine.errors import BadInput, Invalid, Stale
from engine.process.report_fields import shipped_fields
from engine.province.units import load_unit_tree
from engine.staff.access import Officer
from engine.store.db import Transaction
from engine.store.models import Instance, Spell
from engine.translation.wording import say
from engine.world.work_calendar import build_calendar
from engine.world.world import World
from tests.kit.province import NOW, add_case, add_person, load_year

FIELDS = tuple(field.key for field in shipped_fields())

NEW = NewAnswer("health", "75.SYT", "Khám ở đâu?", "Ở trạm y tế.")
COMMUNES = ("25993", "26008", "26191")
MONTH = DayRange(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def province(tx: Transaction) -> Transaction:
    """The units of 2021 and a reviewer."""
    load_year(tx, 2021)
    add_person(tx, "reviewer", ("75.SYT", "department"))
    return tx


def change(base: int, note: str = "Theo thông báo mới") -> AnswerChange:
    return AnswerChange(base, note, "person:1", NOW)


def test_one_editor_writes_the_next_version_and_the_other_is_told(province: Transaction) -> None:
    key = library.create_answer(province, NEW, "person:1", NOW)
    other = NewAnswer("health", "75.SYT", "Khám ở đâu?", "Ở bệnh viện.")
    library.revise_standard_answer(province, key, other, change(1))
    with pytest.raises(Stale):
        library.revise_standard_answer(province, key, NEW, change(1))
    with pytest.raises(Stale):
        library.retire_standard_answer(province, key, change(1))
    with pytest.raises(Stale):
        library.restore_standard_answer(province, key, 1, change(3))
    twice: dict[str, Any] = {**library.load_answer(province, key)._asdict()}
    del twice["id"]
    with pytest.raises(Stale):  # What two transactions at once come to: the unique version decides.
        library._insert_version(province, twice)
    library.retire_standard_answer(province, key, change(2))
    assert library.suggest_answers(province, "kham o dau") == []
    library.restore_standard_answer(province, key, 2, change(3))
    newest = library.list_answer_versions(province, key)[0]
    assert (newest.version, newest.answer, newest.retired_at) == (4, "Ở bệnh viện.", None)
    with pytest.raises(Invalid) as in_use:
        library.restore_standard_answer(province, key, 2, change(4))
    assert (in_use.value.field, in_use.value.rule) == ("version", "answer-version-in-use")


@pytest.mark.parametrize("note", ["", "ngắn", "x" * 501, "hai\ndòng nhé"])
def test_a_change_needs_a_reason(province: Transaction, note: str) -> None:
    key = library.create_answer(province, NEW, "person:1", NOW)
    with pytest.raises(Invalid) as refused:
        library.retire_standard_answer(province, key, change(1, note))
    assert (refused.value.field, refused.value.rule) == ("note", "answer-note-length")
    assert say(refused.value, "vi") == "Nêu lý do, 5 đến 500 ký tự."
    assert say(refused.value, "en") == "Give a reason of 5 to 500 characters."


def test_a_departments_fields_are_those_of_its_answers_and_nobodys_are_free(province: Transaction) -> None:
    key = library.create_answer(province, NEW, "person:1", NOW)
    library.create_answer(province, NewAnswer("education", "75.SGDDT", "?", "!"), "person:1", NOW)
    library.retire_standard_answer(province, key, change(1))
    tree = load_unit_tree(province.read)
    health = author_scope.load_author_scope(province, Officer(1, frozenset({("75.SYT", "department")})), tree)
    assert (health.owners, health.fields) == (("75.SYT",), ("health",))
    assert set(health.writable) == set(FIELDS) - {"education"}
    office = author_scope.load_author_scope(province, Officer(2, frozenset({("75.VP", "provincial_office")})), tree)
    assert (office.owners, office.fields) == (("75.VP",), FIELDS)
    assert (
        "75.SGDDT"
        in author_scope.load_author_scope(province, Officer(3, frozenset({("75", "administrator")})), tree).owners
    )


@given(st.text("ab \n", max_size=30), st.text("ab \n", max_size=30))
def test_what_is_marked_is_exactly_what_changed(old: str, new: str) -> None:
    parts = diff_words(old, new)
    assert "".join(part.text for part in parts if part.kind != ADDED) == old
    assert "".join(part.text for part in parts if part.kind != REMOVED) == new


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Gọi 0912 345 678 hoặc +84 912-345-678, man@x.vn.", "Gọi […] hoặc […], […]."),
        ("Bà TRẦN THỊ MẬN, chị Mận ở 12 đường Hoa Sen", "Bà […], chị […] ở […]"),
        ("Từ 7 giờ ngày 25/11/2026, 3 lần", "Từ 7 giờ ngày 25/11/2026, 3 lần"),
    ],
)
def test_what_says_who_reported_is_masked(text: str, shown: str) -> None:
    address = "12 đường Hoa Sen, khu phố 3"
    report = SimpleNamespace(reporter_name="Trần Thị Mận", address=address, phone="0912345678", email="man@x.vn")
    assert mask_personal_data(text, report) == shown


@pytest.mark.parametrize("reference", ["", ".", "x", "x.y", "x.1", "x.٣", "x.99999999999", "' OR 1=1.1"])
def test_a_reference_that_names_nothing_is_nothing(tx: Transaction, reference: str) -> None:
    assert usage.resolve_reference(tx, reference) is None


def answered(tx: Transaction, place: str, day: int, field: str = "health") -> int:
    """A case that a commune answered on a day of November."""
    case = add_case(tx, place, (place, "commune"), finished=True)
    report = tx.read.execute(select(Instance.report_id).where(Instance.id == case)).scalar_one()
    ended = NOW.replace(day=day)
    row = {"unit": place, "field": field, "began_at": ended, "began_on": ended.date(), "began_hour": 8}
    row |= {"began_by": "received", "ended_at": ended, "ended_on": ended.date(), "ended_by": "late"}
    tx.write().execute(insert(Spell).values(instance_id=case, report_id=report, **row))
    return case


def drawn(tx: Transaction, seed: str, each: int = 1, fields: tuple[str, ...] = ("health",)) -> list[tuple[str, int]]:
    found = reviews.draw_sample(tx, SampleCriteria(MONTH, fields, seed, each), COMMUNES)
    return [(row.unit, row.instance_id) for row in found.rows]


def test_a_draw_is_repeatable_and_meets_every_unit_that_answered(province: Transaction) -> None:
    for place, cases in zip(COMMUNES, (12, 1, 0), strict=True):
        for number in range(cases):
            answered(province, place, 1 + number)
    answered(province, COMMUNES[2], 3, "education")
    first = drawn(province, "a")
    assert first == drawn(province, "a")
    assert [unit for unit, _case in first] == [COMMUNES[0], COMMUNES[1]]
    assert Counter(unit for unit, _case in drawn(province, "a", 3)) == {COMMUNES[0]: 3, COMMUNES[1]: 1}
    assert set(first) <= set(drawn(province, "a", 3))
    assert len({drawn(province, str(seed))[0] for seed in range(12)}) > 3
    assert len(drawn(province, "a", fields=("health", "education"))) == 3


def test_a_case_is_reviewed_once(province: Transaction) -> None:
    case = answered(province, COMMUNES[0], 5)
    world = World(build_calendar(), load_unit_tree(province.read))
    desk = Desk(Officer(1, frozenset({("75.SYT", "department")})), "test", NOW, world)
    seen = reviews.load_masked_case(province, case, ("health",))
    reviews.record_verdict(province, desk, seen, ReviewVerdict("good", "", "75.SYT"))
    with pytest.raises(Stale):  # The page was open before somebody else's verdict was recorded.
        reviews.record_verdict(province, desk, seen, ReviewVerdict("wrong", "Trả lời sai.", "75.SYT"))
    totals = reviews.count_verdicts_by_unit(province, MONTH, ("health",))
    assert [(row.of, row.reviewed, row.good, row.wrong) for row in totals] == [(COMMUNES[0], 1, 1, 0)]
    assert [row.of for row in reviews.count_verdicts_by_reviewer(province, MONTH, ("health",))] == ["reviewer"]


def test_impossible_periods_are_refused() -> None:
    for days in (-1, 366):
        with pytest.raises(BadInput):
            DayRange(MONTH.first, MONTH.first + timedelta(days=days))
    with pytest.raises(BadInput):
        SampleCriteria(DayRange(MONTH.first, MONTH.first + timedelta(days=92)), FIELDS, "a")
