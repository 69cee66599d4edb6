"""Authenticators: applications that show a code of six digits for each half minute (TOTP, RFC 6238).

A code is taken once, and one step early or late, because clocks differ. The shared secret is kept encrypted: a copy of
the database alone makes no codes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from itsdangerous import BadSignature, URLSafeSerializer

from engine.actor import ActStamp
from engine.errors import Invalid
from engine.staff import factors
from engine.staff.factors import AUTHENTICATOR, NewFactor
from engine.store.db import Transaction

ISSUER = "1022"
STEP_SECONDS = 30
STEPS_ASIDE = 1  # Early or late.
STEPS_DIAGNOSED = 26 * 60 * 60 // STEP_SECONDS  # A telephone set by hand may even be in another time zone.
ENROLMENT_TIME = timedelta(minutes=30)
_DIGITS = re.compile(r"[0-9]{6}")
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class NewAuthenticator:
    """An authenticator to add: its secret in base32, the code that it shows now, what its holder calls it."""

    secret: str
    code: str
    name: str


def generate_secret() -> str:
    """A new secret of 160 bits in base32, as people type it when they cannot photograph it."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, login: str) -> str:
    """What the picture for the telephone says."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def sign_enrolment(key: bytes, person_id: int, secret: str, now: datetime) -> str:
    """What the page of an enrolment carries, so that each page adds the authenticator that it shows and no other."""
    return str(_serializer(key).dumps([person_id, secret, int(now.timestamp())]))


def read_enrolment(key: bytes, token: str, person_id: int, now: datetime) -> str:
    """The secret of an enrolment; raises Invalid for a forged or old one, or one of somebody else."""
    try:
        owner, secret, begun_at = _serializer(key).loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise Invalid("code", "enrolment-late") from error
    if owner != person_id or now.timestamp() - begun_at > ENROLMENT_TIME.total_seconds():
        raise Invalid("code", "enrolment-late")
    return str(secret)


def _serializer(key: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="enrolment of an authenticator")


def add_authenticator(tx: Transaction, person_id: int, new: NewAuthenticator, key: bytes, by: ActStamp) -> None:
    """Keep an authenticator whose holder has typed its present code.

    Raises Invalid for a code that is not its own, naming how far its clock is off where that is the reason.
    """
    digits = parse_totp(new.code)
    step = _find_step(new.secret, digits, by.at, STEPS_ASIDE)
    if step is None:
        raise _diagnose(new.secret, digits, by.at)
    sealed = _seal(new.secret, person_id, key)
    factors.add_factor(tx, person_id, NewFactor(AUTHENTICATOR, new.name, sealed, new.secret.encode(), step), by)


def _diagnose(secret: str, digits: str, now: datetime) -> Invalid:
    """Why a code is refused. Only who sees the secret asks: whoever signs in is never told how near a guess was."""
    step = _find_step(secret, digits, now, STEPS_DIAGNOSED)
    if step is None:
        return Invalid("code", "totp-wrong")
    minutes = max(1, round(abs(step - _step_of(now)) * STEP_SECONDS / 60))
    return Invalid("code", "totp-clock-early" if step > _step_of(now) else "totp-clock-late", minutes=minutes)


def use_code(tx: Transaction, person_id: int, code: str, key: bytes, now: datetime) -> None:
    """Use up the present code of one of a person's authenticators; raises Invalid for a wrong, old or used one."""
    digits = parse_totp(code)
    for row in factors.factor_rows(tx, person_id, AUTHENTICATOR):
        secret = _unseal(row.secret, person_id, key)
        step = _find_step(secret, digits, now, STEPS_ASIDE) if secret else None
        if step is not None:
            if not factors.use_counter(tx, row.id, step, now):
                raise Invalid("code", "totp-used")
            return
    raise Invalid("code", "totp-wrong-or-clock")


def parse_totp(code: str) -> str:
    """The six digits of what was typed; raises Invalid."""
    digits = re.sub(r"\s", "", code)
    if not _DIGITS.fullmatch(digits):
        raise Invalid("code", "totp-malformed")
    return digits


def _step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def _find_step(secret: str, digits: str, now: datetime, aside: int) -> int | None:
    """The step nearest to now whose code it is, looking so many steps aside."""
    totp, present = pyotp.TOTP(secret), _step_of(now)
    for distance in range(aside + 1):
        for step in {present - distance, present + distance}:
            if hmac.compare_digest(totp.generate_otp(step), digits):
                return step
    return None


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, b"secrets of authenticators", hashlib.sha256))


def _seal(secret: str, person_id: int, key: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, secret.encode(), str(person_id).encode())


def _unseal(sealed: bytes, person_id: int, key: bytes) -> str | None:
    """The secret; None when it was sealed with another key of the server, or for somebody else."""
    try:
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return _cipher(key).decrypt(nonce, text, str(person_id).encode()).decode()
    except InvalidTag:
        return None
