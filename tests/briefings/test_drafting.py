"""When reports are drafted, how they are numbered, kept and sent."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select

from engine.briefings import cadences, drafting, issuing, plans, reading
from engine.briefings.plans import CadencePlan
from engine.briefings.texts import EditedTexts
from engine.cases import attachments
from engine.cases.tasks import Desk
from engine.errors import BadInput, Invalid, Stale
from engine.journal import acts, journal
from engine.mailing import letters
from engine.mailing.letter import build_message
from engine.staff import access
from engine.statistics.period import ReportingPeriod
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Briefing, JournalEntry, Mail, Person
from tests.kit.site import OFFICE, Site

briefings = table_of(Briefing)
MONDAY = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)  # 06:00 on Monday, 30 November 2026, in Vietnam.
WEEK = ReportingPeriod(date(2026, 11, 23), date(2026, 11, 29))


def desk_of(site: Site, login: str = OFFICE) -> Desk:
    """The desk of an officer now."""
    with transaction(site.engine) as tx:
        number = tx.read.execute(select(Person.id).where(Person.login == login)).scalar_one()
        return Desk(access.load_officer(tx, number, site.now), "test", site.now, site.world())


def planned(site: Site, **more: Any) -> None:
    """Switch on the weekly report."""
    site.write(plans.set_plan, desk_of(site), CadencePlan("week", active=True, **more))


def draft(site: Site) -> int:
    """Run the worker's job; returns how many drafts it made."""
    return drafting.draft_due_briefings(site.engine, site.now, site.world())


def texts_of(row: Any) -> EditedTexts:
    """The texts of a draft as its page sends them back."""
    return EditedTexts(**{name: getattr(row, name) for name in EditedTexts.__dataclass_fields__})


@pytest.mark.parametrize(
    ("cadence", "now", "first", "last"),
    [
        ("week", MONDAY, date(2026, 11, 23), date(2026, 11, 29)),
        ("week", MONDAY - timedelta(minutes=1), date(2026, 11, 16), date(2026, 11, 22)),
        ("week", MONDAY + timedelta(days=6), date(2026, 11, 23), date(2026, 11, 29)),
        ("month", MONDAY, date(2026, 10, 1), date(2026, 10, 31)),
        ("month", MONDAY + timedelta(days=1), date(2026, 11, 1), date(2026, 11, 30)),
    ],
)
def test_the_newest_period_has_ended(cadence: str, now: datetime, first: date, last: date) -> None:
    assert cadences.newest_period(cadence, now) == ReportingPeriod(first, last)
    before = cadences.period_before(cadence, ReportingPeriod(first, last))
    assert before.last + timedelta(days=1) == first


def test_a_report_is_drafted_on_time_and_once(site: Site) -> None:
    site.now = MONDAY
    assert draft(site) == 0  # Nobody has planned it.
    planned(site)
    site.now = MONDAY - timedelta(minutes=1)
    assert draft(site) == 1  # Of the week before, which has none yet.
    assert draft(site) == 0
    site.now = MONDAY
    assert (draft(site), draft(site)) == (1, 0)
    first = [row.first for row in site.read(select(briefings.c.first).order_by(briefings.c.id))]
    assert first == [date(2026, 11, 16), WEEK.first]


def test_a_worker_that_was_away_drafts_the_newest_period_alone(site: Site) -> None:
    planned(site)
    site.now = MONDAY + timedelta(days=24)
    assert (draft(site), draft(site)) == (1, 0)
    (row,) = site.read(select(briefings))
    assert (row.first, row.state, row.made_by) == (date(2026, 12, 14), "draft", "system")


def test_a_report_drafted_by_hand_or_discarded_is_not_drafted_again_by_itself(site: Site) -> None:
    planned(site)
    site.now = MONDAY
    number = site.write(drafting.draft_newest, desk_of(site), "week")
    with pytest.raises(BadInput, match="report already"):
        site.write(drafting.draft_newest, desk_of(site), "week")
    site.write(drafting.discard_briefing, desk_of(site), number, 1)
    assert draft(site) == 0
    site.write(drafting.draft_newest, desk_of(site), "week")


def test_issuing_numbers_without_gaps_keeps_the_document_and_mails_it(site: Site) -> None:
    planned(site, address="vanthu@dongnai.gov.vn")
    site.now = MONDAY
    draft(site)
    number = site.write(drafting.draft_newest, desk_of(site), "month")
    with pytest.raises(Stale):
        site.write(issuing.issue_briefing, desk_of(site), number, 7)
    for briefing, version in ((1, 1), (number, 1)):
        site.write(issuing.issue_briefing, desk_of(site), briefing, version)
    rows = site.read(select(briefings).order_by(briefings.c.id))
    assert [(row.symbol, row.year, row.sent_to) for row in rows] == [
        ("01/BC-VP", 2026, "vanthu@dongnai.gov.vn"),
        ("02/BC-VP", 2026, ""),
    ]
    with transaction(site.engine) as tx:
        content = attachments.load_content(tx, rows[0].digest)
        entries = [row for row in tx.read.execute(select(table_of(JournalEntry))) if row.act == acts.ISSUE_BRIEFING]
        assert list(journal.find_breaks(tx)) == []
        mail = reading.find_mail(tx, 1)
        assert reading.find_mail(tx, number) is None
    assert hashlib.sha256(content).hexdigest() == rows[0].digest
    assert rows[0].digest in entries[0].detail
    assert mail is not None
    assert (mail.recipient, mail.sent_at) == ("briefing:1", None)
    text = "\n".join(paragraph.text for paragraph in Document(BytesIO(content)).paragraphs)
    assert "BÁO CÁO" in text
    assert "Kính gửi: Ủy ban nhân dân tỉnh Đồng Nai." in text
    assert rows[0].situation.splitlines()[0] in text


def test_an_issued_report_is_never_changed(site: Site) -> None:
    planned(site)
    site.now = MONDAY
    draft(site)
    site.write(issuing.issue_briefing, desk_of(site), 1, 1)
    (before,) = site.read(select(briefings))
    for act, more in (
        (drafting.edit_briefing, ((1, before.version), replace(texts_of(before), situation="Khác"))),
        (drafting.rewrite_briefing, (1, before.version)),
        (drafting.discard_briefing, (1, before.version)),
        (issuing.issue_briefing, (1, before.version)),
    ):
        with pytest.raises(Stale):
            site.write(act, desk_of(site), *more)
    assert site.read(select(briefings)) == [before]


def test_the_mail_brings_the_document(site: Site) -> None:
    planned(site, address="vanthu@dongnai.gov.vn")
    site.now = MONDAY
    draft(site)
    site.write(issuing.issue_briefing, desk_of(site), 1, 1)
    with transaction(site.engine) as tx:
        (mail,) = tx.read.execute(select(table_of(Mail)).where(table_of(Mail).c.kind == "briefing")).all()
        rendered = letters.compose_mail(tx, mail, site.app.mail_writing(site.world()), site.now)
    assert rendered.attached is not None
    assert (rendered.to_address, rendered.attached.name) == ("vanthu@dongnai.gov.vn", "bao-cao-01-BC-VP-2026.docx")
    assert re.match(r"Báo cáo số 01/BC-VP: Kết quả tiếp nhận", rendered.subject)
    one, other = (message_bytes(rendered) for _time in range(2))
    assert one == other  # A retry sends the same bytes.
    assert b"bao-cao-01-BC-VP-2026.docx" in one


def message_bytes(rendered: Any) -> bytes:
    """The bytes of a mail."""
    return build_message(rendered, "Tổng đài 1022 <a@b.vn>").as_bytes()


@pytest.mark.parametrize("address", ["khong-phai", "a@b@c", "a b@c.vn", "x@y.vn\nBcc: z@z.vn", f"{'a' * 300}@b.vn"])
def test_an_address_that_is_none_is_refused(site: Site, address: str) -> None:
    with pytest.raises(Invalid):
        planned(site, address=address)


def test_a_plan_is_recorded_with_what_changed(site: Site) -> None:
    planned(site, address="a@b.vn")
    rows = [row for row in site.read(select(table_of(JournalEntry))) if row.act == acts.PLAN_BRIEFINGS]
    assert '"active":[false,true]' in rows[0].detail
