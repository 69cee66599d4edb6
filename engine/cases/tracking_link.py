"""Signed links in citizens' mails, which open a report without its key: for a month, while no newer key is given."""

from __future__ import annotations

from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from engine.cases import report_keys
from engine.errors import NotFound
from engine.store.db import Transaction

LIFETIME = timedelta(days=30)
_SALT = "tracking link"


def sign_link(secret: bytes, report_id: int, serial: int, now: datetime) -> str:
    """The token of a link to a report whose newest key has the number `serial`."""
    expires_at = int((now + LIFETIME).timestamp())
    return str(URLSafeSerializer(secret, salt=_SALT).dumps([report_id, serial, expires_at]))


def report_of_link(tx: Transaction, secret: bytes, token: str, now: datetime) -> int:
    """The id of the report that a link opens; raises NotFound for a forged, expired or replaced one."""
    try:
        report_id, serial, expires_at = URLSafeSerializer(secret, salt=_SALT).loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise NotFound("tracking-link-unknown") from error
    if now.timestamp() > expires_at:
        raise NotFound("tracking-link-expired")
    if report_keys.key_serial(tx, report_id) != serial:
        raise NotFound("tracking-link-replaced")
    return int(report_id)
