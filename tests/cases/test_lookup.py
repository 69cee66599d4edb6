"""What a search finds, and what a reveal opens, on both databases: by code, number, name and matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from engine.cases import dossier, intake, lookup
from engine.cases.tasks import Desk
from engine.errors import Forbidden, Invalid
from engine.mailing import reveal_mails
from engine.privacy import unmasking
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Mail, Person, RoleAssignment
from tests.kit import hotline
from tests.kit.hotline import NEW, PLACE

OFFICE = (("75.VP", "provincial_office"),)


def filed(tx: Transaction) -> str:
    """The code of a case that waits for its commune's officer."""
    definition = hotline.deployed(tx)
    return intake.file_report(tx, NEW, definition, hotline.WHO, hotline.WORLD).code


def finds(tx: Transaction, desk: Desk, text: str) -> list[str]:
    """The codes of what a search finds."""
    return [row.code for row in lookup.find_cases(tx, desk, text).rows]


def test_who_handles_a_case_finds_it_by_everything_and_who_watches_by_its_matter(tx: Transaction) -> None:
    commune, office = hotline.desk(tx, (PLACE, "commune")), hotline.desk(tx, *OFFICE, person=2)
    code = filed(tx)
    for text in (code, "0912 345 678", "hồng đào", "dao tram y te", "bui huu nghia", "trạm đóng cửa"):
        assert finds(tx, commune, text) == [code], text
    for text in ("0912 345 678", "hồng đào", "dao tram y te", "bui huu nghia"):
        assert finds(tx, office, text) == [], text
    assert finds(tx, office, code) == finds(tx, office, "trạm đóng cửa") == [code]
    assert finds(tx, office, "?!") == finds(tx, commune, "") == []


def test_a_reveal_needs_a_reason_and_opens_the_search_for_as_long_as_it_lasts(tx: Transaction) -> None:
    hotline.desk(tx, (PLACE, "commune"))
    office = hotline.desk(tx, *OFFICE, person=2)
    code = filed(tx)
    with pytest.raises(Invalid):
        unmasking.reveal_reporter(tx, dossier.load_by_code(tx, office, code), office, "x")
    unmasking.reveal_reporter(tx, dossier.load_by_code(tx, office, code), office, "Người dân gọi hỏi")
    assert finds(tx, office, "hồng đào") == [code]
    assert finds(tx, replace(office, now=office.now + timedelta(days=1)), "hồng đào") == []


def test_the_head_is_told_once_a_day_and_nobody_reveals_more_than_the_limit(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unmasking, "UNUSUAL_PER_DAY", 1)
    monkeypatch.setattr(unmasking, "MOST_PER_DAY", 2)
    hotline.desk(tx, (PLACE, "commune"))
    office = hotline.desk(tx, *OFFICE, person=2)
    tx.write().execute(insert(Person), {"id": 3, "login": "head", "name": "H", "email": "h@x.vn", "active": True})
    tx.write().execute(insert(RoleAssignment), {"person_id": 3, "unit_code": "75.VP", "role": "unit_head"})
    codes = [filed(tx) for _ in range(3)]
    for code in codes[:2]:
        unmasking.reveal_reporter(tx, dossier.load_by_code(tx, office, code), office, "Người dân gọi hỏi")
    with pytest.raises(Forbidden):
        unmasking.reveal_reporter(tx, dossier.load_by_code(tx, office, codes[2]), office, "Người dân gọi hỏi")
    mails = tx.read.execute(select(table_of(Mail))).all()
    assert [(mail.recipient, mail.about) for mail in mails] == [("person:3", "2.2026-11-25")]
    subject, text = reveal_mails.compose_about_reveals(tx, mails[0].about, hotline.WORLD, "en")
    assert subject == "[1022] Officer 2 has seen who reported 2 cases on 25/11/2026"
    assert all(f"10:00 · {code}" in text for code in codes[:2])
