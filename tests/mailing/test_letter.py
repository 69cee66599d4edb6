"""Promises of a mail: Vietnamese in its headers, text and HTML, an identity that stays, nothing injected.

Approved mails stand in `approved/`. Where one changes on purpose, delete its file, run this test once, and read the new
one before it is committed: the run that writes it fails.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput
from engine.mailing.letter import RenderedMail, build_message, render_html
from engine.mailing.sms import fit_in_parts, utf16_length

APPROVED = Path(__file__).parent / "approved"
SENDER = "Tổng đài 1022 <hotline@1022.example>"
AT = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
TEXT = (
    "Kính gửi Phường Trảng Dài,\n\nHồ sơ DN-26-000460-V (lĩnh vực Y tế) đã quá hạn giải quyết.\n\n"
    "Hạn giải quyết: 17:00 23/11/2026.\n\nXem hồ sơ: https://1022.example/cases/DN-26-000460-V\n\n"
    "Trân trọng,\nTổng đài 1022"
)
LETTERS = {
    "overdue": RenderedMail(
        message_id="<7.20261126020000000000@1022.example>",
        to_name="Trần Thị Mận",
        to_address="man@trangdai.example",
        subject="[1022] Hồ sơ DN-26-000460-V đã quá hạn: 17:00 23/11/2026",
        text=TEXT,
        sent_at=AT,
    ),
    "daily": RenderedMail(
        message_id="<8.20261126003000000000@1022.example>",
        to_name="Vũ Ngọc Linh",
        to_address="linh@trangdai.example",
        subject="[1022] Việc trong ngày 26/11/2026: 2 quá hạn, 1 đến hạn",
        text="Kính gửi Vũ Ngọc Linh,\n\nQuá hạn (1):\n- DN-26-000460-V · Xác minh · hạn 17:00 23/11/2026\n\n"
        "Mở danh sách: https://1022.example/inbox?view=overdue&x=1",
        sent_at=AT,
        unsubscribe="https://1022.example/mails/MTI.abc",
    ),
}


def parsed(letter: RenderedMail) -> EmailMessage:
    """What a mail program makes of it."""
    found = message_from_bytes(build_message(letter, SENDER).as_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.parametrize("name", LETTERS)
def test_a_mail_is_as_it_was_approved(name: str) -> None:
    file, made = APPROVED / f"{name}.eml", build_message(LETTERS[name], SENDER).as_bytes()
    if not file.exists():
        file.write_bytes(made)
        pytest.fail(f"{file.name} is new: read it, then run again.")
    assert made == file.read_bytes()


@pytest.mark.parametrize("name", LETTERS)
def test_headers_and_texts_come_back_as_they_were_said(name: str) -> None:
    letter, mail = LETTERS[name], parsed(LETTERS[name])
    assert str(mail["Subject"]) == letter.subject
    assert mail["To"].addresses[0].display_name == letter.to_name
    assert mail["From"].addresses[0].addr_spec == "hotline@1022.example"
    assert str(mail["Message-ID"]) == letter.message_id
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == letter.text.splitlines()


def test_only_what_is_optional_can_be_unsubscribed() -> None:
    assert parsed(LETTERS["overdue"])["List-Unsubscribe"] is None
    assert str(parsed(LETTERS["daily"])["List-Unsubscribe"]) == "<https://1022.example/mails/MTI.abc>"
    assert str(parsed(LETTERS["daily"])["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("field", ["subject", "to_name", "to_address", "message_id", "unsubscribe"])
def test_no_value_becomes_a_header_of_its_own(field: str) -> None:
    values = {name: getattr(LETTERS["daily"], name) for name in LETTERS["daily"].__slots__}
    letter = RenderedMail(**{**values, field: f"{values[field]}\r\nBcc: other@x.example"})
    with pytest.raises(BadInput, match="control character"):
        build_message(letter, SENDER)


@pytest.mark.parametrize("address", ["", "no at sign", "a@b c", "<a@b>"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    values = {name: getattr(LETTERS["overdue"], name) for name in LETTERS["overdue"].__slots__}
    with pytest.raises(BadInput):
        build_message(RenderedMail(**{**values, "to_address": address}), SENDER)


def test_the_page_escapes_what_it_says_and_makes_a_button_of_a_link() -> None:
    page = render_html("<b>đậm</b> & 'x'\n\nXem hồ sơ: https://x.example/?a=1&b=2", "<title>", "vi")
    assert "<b>" not in page
    assert "&lt;b&gt;đậm&lt;/b&gt; &amp; &#x27;x&#x27;" in page
    assert 'href="https://x.example/?a=1&amp;b=2"' in page
    assert ">Xem hồ sơ</a>" in page
    assert "<title>&lt;title&gt;</title>" in page


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=300))
def test_any_subject_comes_back_and_no_line_is_too_long(subject: str) -> None:
    values = {name: getattr(LETTERS["overdue"], name) for name in LETTERS["overdue"].__slots__}
    raw = build_message(RenderedMail(**{**values, "subject": subject, "text": subject * 5}), SENDER).as_bytes()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    found = str(message_from_bytes(raw, policy=default)["Subject"])
    assert "".join(found.split()) == "".join(subject.split())


@given(st.text(st.characters(exclude_categories=("Cs", "Co")), max_size=400), st.integers(1, 4))
def test_a_text_message_keeps_its_link_and_its_length(text: str, parts: int) -> None:
    link = "https://1022.example/f?c=X"
    short = fit_in_parts(text, link, parts)
    assert short.endswith(link)
    assert utf16_length(short) <= (70 if parts == 1 else 67 * parts)
