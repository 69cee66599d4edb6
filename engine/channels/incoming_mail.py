"""Reads a mail as a message of a citizen; what machines send is left alone (RFC 3834), so that no loop can begin."""

from __future__ import annotations

import hashlib
import re
from email import policy
from email.parser import BytesParser
from email.utils import parseaddr
from typing import Any

from lxml import etree, html

from engine.channels.conversations import LONGEST_ID, LONGEST_SUBJECT, LONGEST_TEXT, MAIL, IncomingMessage
from engine.errors import Invalid

MOST_BYTES = 10_000_000
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_MACHINES = re.compile(r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply)@", re.IGNORECASE)
_LIST_HEADERS = ("List-Id", "List-Unsubscribe", "X-Loop", "Feedback-ID")
_QUOTED = re.compile(r"^\s*>")
_BLANKS = re.compile(r"\n{3,}")


def read_mail(raw: bytes, own_address: str) -> IncomingMessage | None:
    """The message that a mail brings; None for one that a machine sent, that is ours, or that says nothing."""
    mail: Any = BytesParser(policy=policy.default).parsebytes(raw)
    sender = _sender_of(mail)
    if not sender or sender.casefold() == own_address.casefold() or _is_from_machine(mail, sender):
        return None
    text = _text_of(mail)
    subject = " ".join(_header(mail, "Subject").split())[:LONGEST_SUBJECT]
    names = _file_names(mail)
    body = "\n".join(part for part in (text, *(f"[{name}]" for name in names)) if part)[:LONGEST_TEXT]
    try:
        return IncomingMessage(MAIL, _identity_of(mail, raw), sender, body or subject, subject if body else "")
    except Invalid:
        return None


def _header(mail: Any, name: str) -> str:
    """A header as text; "" for one that is missing or that nobody can read."""
    try:
        return str(mail.get(name, "")).replace("\x00", "")
    except (ValueError, IndexError, TypeError, AttributeError):  # What the standard library raises for malformed ones.
        return ""


def _sender_of(mail: Any) -> str:
    _name, address = parseaddr(_header(mail, "From"))
    return address if address.count("@") == 1 and address.isprintable() else ""


def _is_from_machine(mail: Any, sender: str) -> bool:
    """Whether a programme wrote it: an automatic reply, a bounce, a list, a newsletter."""
    automatic = _header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        automatic not in ("", "no")
        or _header(mail, "Precedence").strip().lower() in _BULK
        or any(_header(mail, name) for name in _LIST_HEADERS)
        or _header(mail, "Return-Path").strip() == "<>"
        or mail.get_content_type() == "multipart/report"
        or _MACHINES.match(sender) is not None
    )


def _identity_of(mail: Any, raw: bytes) -> str:
    """The Message-ID, which is the same at every delivery; of a mail without one, its content."""
    stated = _header(mail, "Message-ID").strip()
    return stated if 0 < len(stated) <= LONGEST_ID else hashlib.sha256(raw).hexdigest()


def _text_of(mail: Any) -> str:
    """What the sender wrote, without what they quote at its end."""
    part = mail.get_body(("plain", "html"))
    try:
        content = str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError, AttributeError, KeyError):  # An unknown encoding, a broken part.
        return ""
    if part is not None and part.get_content_subtype() == "html":
        content = _plain_text(content)
    lines = content.replace("\x00", "").replace("\r\n", "\n").split("\n")
    while lines and (not lines[-1].strip() or _QUOTED.match(lines[-1])):
        lines.pop()
    return _BLANKS.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _plain_text(content: str) -> str:
    try:
        document: Any = html.fromstring(content.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, etree.ParserError):
        return ""
    for hidden in document.xpath("//script | //style | //head | //blockquote"):
        hidden.drop_tree()
    for broken in document.xpath("//br | //p | //div | //li | //tr"):
        broken.tail = "\n" + (broken.tail or "")
    return str(document.text_content())


def _file_names(mail: Any) -> list[str]:
    names = [part.get_filename() or "" for part in mail.iter_attachments()]
    return [" ".join(name.split())[:100] for name in names if name.strip() and "\x00" not in name][:20]
