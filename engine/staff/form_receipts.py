"""What has become of a form that was sent, so that sending it again does nothing and leads to the same place.

A page gives each of its forms a token. The same content sent with the same token by the same person is one submission,
whether the page was reloaded, sent twice or sent again after going back; other content is another one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.insert_once import insert_once
from engine.store.models import FormReceipt

RETENTION = timedelta(days=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")

_receipt = table_of(FormReceipt)


@dataclass(frozen=True, slots=True)
class FormSubmission:
    """One content of one form: `key` stands for both, `form` for the form's token alone."""

    key: str
    form: str


def new_form_token() -> str:
    """A token for a form that a page shows; nobody can guess it."""
    return secrets.token_urlsafe(16)


def is_form_token(text: str) -> bool:
    """Whether a text has the shape of a token."""
    return _TOKEN.fullmatch(text) is not None


def token_digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(f"form\0{token}".encode()).hexdigest()


def identify_submission(
    secret: bytes, token: str, sender: str, address: str, content: Iterable[tuple[str, str]]
) -> FormSubmission:
    """The submission of `content` by `sender` to `address`; without the secret nobody can guess the content from it."""
    # A part of a form may have a name that cannot be read, which is then None.
    parts = sorted((str(name), value) for name, value in content)
    text = json.dumps([token, sender, address, parts], ensure_ascii=False)
    return FormSubmission(
        hmac.new(secret, f"submission\0{text}".encode(errors="replace"), hashlib.sha256).hexdigest(),
        token_digest(token),
    )


def lone_submission() -> FormSubmission:
    """A submission that equals no other."""
    return FormSubmission(secrets.token_hex(32), token_digest(new_form_token()))


def keep_receipt(tx: Transaction, sent: FormSubmission, location: str, result: dict[str, Any], now: datetime) -> bool:
    """Record what became of a submission; False when it has been recorded before, also by somebody who was faster."""
    connection = tx.write()
    row = {"key": sent.key, "form": sent.form, "location": location, "result": json.dumps(result), "at": now}
    statement = insert_once(connection, _receipt).returning(_receipt.c.key)
    return connection.execute(statement, row).scalar() is not None


def find_receipt(tx: Transaction, key: str) -> Any | None:
    """What became of a submission; None for a new one."""
    return tx.read.execute(select(_receipt).where(_receipt.c.key == key)).one_or_none()


def newest_receipt_of_form(tx: Transaction, form: str) -> Any | None:
    """What was last sent with a form, whatever its content; None when it has not been sent."""
    query = select(_receipt).where(_receipt.c.form == form).order_by(_receipt.c.at.desc()).limit(1)
    return tx.read.execute(query).one_or_none()


def receipt_result(receipt: Any) -> dict[str, Any]:
    """What the page kept about the outcome."""
    result: dict[str, Any] = json.loads(receipt.result)
    return result


def delete_old_receipts(tx: Transaction, now: datetime) -> None:
    """Delete the receipts that nobody needs any more."""
    tx.write().execute(delete(_receipt).where(_receipt.c.at < now - RETENTION))
