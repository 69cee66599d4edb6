"""A letter, and its form as a mail: text and HTML, headers that hold Vietnamese, an identity that stays. For mails.

The HTML part is made of the text: paragraphs, and a link at the end of one as a button; nothing comes from elsewhere.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from engine.errors import BadInput

_LINKED = re.compile(r"^(?P<said>.*?):?\s*(?P<link>https?://\S+)$", re.DOTALL)
_PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><title>{subject}</title></head>'
    '<body style="margin:0;padding:16px;font:16px/1.5 -apple-system,Segoe UI,Roboto,Arial,sans-serif">'
    '<div style="max-width:600px;margin:0 auto">{body}</div></body></html>'
)
_BUTTON = (
    '<p><a href="{link}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#1a4b8f;'
    'color:#fff;text-decoration:none;font-weight:600">{said}</a><br>'
    '<span style="font-size:13px;word-break:break-all;opacity:.75">{link}</span></p>'
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said to whom; `message_id` with its brackets, `unsubscribe` an address or "" where it is not optional."""

    message_id: str
    to_name: str
    to_address: str
    subject: str
    text: str
    sent_at: datetime
    unsubscribe: str = ""
    language: str = "vi"


def message(letter: Letter, sender: str) -> EmailMessage:
    """The mail; raises BadInput for an address or subject that no header can hold."""
    for value in (letter.to_name, letter.to_address, letter.subject, letter.message_id, letter.unsubscribe):
        if any(ord(sign) < 32 or ord(sign) == 127 for sign in value):
            raise BadInput("A header of the mail holds a control character.")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(*parseaddr(sender))
    mail["To"] = _address(letter.to_name, letter.to_address)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.sent_at)
    mail["Message-ID"] = letter.message_id
    mail["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text + "\n", cte="base64")
    mail.add_alternative(html_of(letter.text, letter.subject, letter.language), subtype="html", cte="base64")
    mail["Content-Language"] = letter.language
    # A boundary that follows from the identity: a repeated attempt sends the same bytes.
    mail.set_boundary(f"=_{hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]}")
    return mail


def _address(name: str, address: str) -> Address:
    try:
        return Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise BadInput("The mail's address cannot be used.") from error


def html_of(text: str, subject: str, language: str) -> str:
    """The text as a page that reads well on a phone, in light and dark."""
    parts = [_paragraph(part) for part in re.split(r"\n\s*\n", text.strip())]
    return _PAGE.format(language=language, subject=escape(subject), body="".join(parts))


def _paragraph(text: str) -> str:
    """A paragraph; one that ends with a link becomes a button with the words before it."""
    linked = _LINKED.match(text)
    if linked is not None and linked["said"] and "\n" not in text:
        return _BUTTON.format(link=escape(linked["link"]), said=escape(linked["said"].rstrip(": ")))
    return f"<p>{escape(text).replace(chr(10), '<br>')}</p>"
