"""Builds MIME messages: text and HTML parts, headers that support Vietnamese, a stable identity.

The HTML part is generated from the text: paragraphs, with a trailing link as a button; it loads nothing external.
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

_TEXT_AND_LINK = re.compile(r"^(?P<said>.*?):?\s*(?P<link>https?://\S+)$", re.DOTALL)
_HTML_PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><title>{subject}</title></head>'
    '<body style="margin:0;padding:16px;font:16px/1.5 -apple-system,Segoe UI,Roboto,Arial,sans-serif">'
    '<div style="max-width:600px;margin:0 auto">{body}</div></body></html>'
)
_HTML_BUTTON = (
    '<p><a href="{link}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#1a4b8f;'
    'color:#fff;text-decoration:none;font-weight:600">{said}</a><br>'
    '<span style="font-size:13px;word-break:break-all;opacity:.75">{link}</span></p>'
)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that goes with a mail: its name, media type and bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A mail's content and recipient; `message_id` includes its brackets, `unsubscribe` is a URL or "" if mandatory."""

    message_id: str
    to_name: str
    to_address: str
    subject: str
    text: str
    sent_at: datetime
    unsubscribe: str = ""
    language: str = "vi"
    attached: AttachedFile | None = None


def build_message(rendered: RenderedMail, sender: str) -> EmailMessage:
    """Build the MIME message; raises BadInput for an address or subject that is invalid in a header."""
    for value in (rendered.to_name, rendered.to_address, rendered.subject, rendered.message_id, rendered.unsubscribe):
        if any(ord(character) < 32 or ord(character) == 127 for character in value):
            raise BadInput("mail-header-unprintable")
    mime = EmailMessage(policy=SMTP)
    mime["From"] = _header_address(*parseaddr(sender))
    mime["To"] = _header_address(rendered.to_name, rendered.to_address)
    mime["Subject"] = rendered.subject
    mime["Date"] = format_datetime(rendered.sent_at)
    mime["Message-ID"] = rendered.message_id
    mime["Auto-Submitted"] = "auto-generated"
    if rendered.unsubscribe:
        mime["List-Unsubscribe"] = f"<{rendered.unsubscribe}>"
        mime["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mime.set_content(rendered.text + "\n", cte="base64")
    mime.add_alternative(render_html(rendered.text, rendered.subject, rendered.language), subtype="html", cte="base64")
    mime["Content-Language"] = rendered.language
    if rendered.attached is not None:
        maintype, _slash, subtype = rendered.attached.media_type.partition("/")
        name = rendered.attached.name
        mime.add_attachment(rendered.attached.content, maintype=maintype, subtype=subtype, filename=name)
    # Derive the boundary from the identity, so that a retry sends the same bytes.
    identity = hashlib.sha256(rendered.message_id.encode()).hexdigest()[:32]
    for number, part in enumerate(one for one in mime.walk() if one.is_multipart()):
        part.set_boundary(f"=_{identity}{number or ''}")
    return mime


def _header_address(name: str, address: str) -> Address:
    try:
        return Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise BadInput("mail-address-unusable") from error


def render_html(text: str, subject: str, language: str) -> str:
    """Render the text as a page that is readable on a phone, in light and dark mode."""
    parts = [_html_paragraph(part) for part in re.split(r"\n\s*\n", text.strip())]
    return _HTML_PAGE.format(language=language, subject=escape(subject), body="".join(parts))


def _html_paragraph(text: str) -> str:
    """Render a paragraph; a trailing link becomes a button labelled with the words before it."""
    match = _TEXT_AND_LINK.match(text)
    if match is not None and match["said"] and "\n" not in text:
        return _HTML_BUTTON.format(link=escape(match["link"]), said=escape(match["said"].rstrip(": ")))
    return f"<p>{escape(text).replace(chr(10), '<br>')}</p>"
