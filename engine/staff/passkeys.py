"""Passkeys: keys that a device keeps for this site alone and uses when its holder is there (WebAuthn level 2).

No one can be talked into giving one away, and none works on another site's page. One that asks for a PIN or a
fingerprint proves two factors at once.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from engine.actor import ActStamp
from engine.errors import Invalid
from engine.staff import challenges, factors, proofs
from engine.staff.factors import NewFactor
from engine.store.db import Transaction

SITE_NAME = "1022"
LONGEST_ANSWER = 20_000  # Characters of JSON; an attestation with its certificates has a few thousand.
SIGN_IN = "sign in"


@dataclass(frozen=True, slots=True)
class RelyingSite:
    """The site that passkeys are for: the host's name, and its address as browsers name it.

    `session` is what tells the browser's session from others: it answers no challenge that another one was given.
    """

    host: str
    origin: str
    session: str = ""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey to add: what the browser answered, as JSON, and what its holder calls it."""

    answer: str
    name: str


def relying_site(address: str, session: str = "") -> RelyingSite | None:
    """The site of an address such as "https://1022.example"; None where browsers keep no passkeys: for numbers."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return RelyingSite(host, f"{parts.scheme}://{parts.netloc}", session) if host else None
    return None


def registration_options(tx: Transaction, site: RelyingSite, person_id: int, login: str, challenge: bytes) -> str:
    """What a browser is asked for to make a passkey, as JSON."""
    known = [PublicKeyCredentialDescriptor(_id_in(row)) for row in factors.factor_rows(tx, person_id, factors.PASSKEY)]
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=SITE_NAME,
        user_name=login,
        user_id=hmac.digest(b"user handle", str(person_id).encode(), hashlib.sha256),
        challenge=challenge,
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return webauthn.options_to_json(options)


def assertion_options(tx: Transaction, site: RelyingSite, person_id: int | None, challenge: bytes) -> str:
    """What a browser is asked for to use a passkey, of this person or of whoever is there, as JSON."""
    rows = factors.factor_rows(tx, person_id, factors.PASSKEY) if person_id is not None else []
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(_id_in(row)) for row in rows],
    )
    return webauthn.options_to_json(options)


def add_passkey(
    tx: Transaction, site: RelyingSite | None, person_id: int, new: NewPasskey, key: bytes, by: ActStamp
) -> str:
    """Keep the passkey that a browser has made; returns the kind of proof that making it was. Raises Invalid."""
    here = _require_site(site)
    credential = _parse(webauthn.helpers.parse_registration_credential_json, new.answer)
    challenge = _challenge_of(credential)
    challenges.use_challenge(tx, key, registration_purpose(person_id), challenge, by.at)
    try:
        verified = webauthn.verify_registration_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=here.host, expected_origin=here.origin
        )
    except (WebAuthnException, ValueError) as error:
        raise Invalid("passkey", "passkey-refused") from error
    kept = _with_id(verified.credential_id, verified.credential_public_key)
    factor = NewFactor(factors.PASSKEY, new.name, kept, verified.credential_id, verified.sign_count)
    factors.add_factor(tx, person_id, factor, by)
    return _kind_of(verified.user_verified)


def check_passkey(
    tx: Transaction, site: RelyingSite | None, answer: str, key: bytes, now: datetime, person_id: int | None = None
) -> tuple[int, str]:
    """Whose passkey answered, and the kind of proof that it is; raises Invalid.

    With `person_id` it has to be this person's. Uses the challenge up.
    """
    here = _require_site(site)
    credential = _parse(webauthn.helpers.parse_authentication_credential_json, answer)
    challenge = _challenge_of(credential)
    challenges.use_challenge(tx, key, sign_in_purpose(here), challenge, now)
    row = factors.passkey_row(tx, credential.raw_id)
    if row is None or person_id not in (None, row.person_id):
        raise Invalid("passkey", "passkey-unknown")
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=here.host,
            expected_origin=here.origin,
            credential_public_key=_public_key_in(row),
            credential_current_sign_count=row.counter,
        )
    except (WebAuthnException, ValueError) as error:
        raise Invalid("passkey", "passkey-refused") from error
    if not factors.use_counter(tx, row.id, verified.new_sign_count, now) and verified.new_sign_count:
        raise Invalid("passkey", "passkey-refused")  # A copy of it was faster.
    return int(row.person_id), _kind_of(verified.user_verified)


def sign_in_purpose(site: RelyingSite) -> str:
    """The purpose of a challenge with which somebody proves who they are, in the session that was given it."""
    return f"{SIGN_IN}\0{site.session}"


def registration_purpose(person_id: int) -> str:
    """The purpose of a challenge with which a person adds a passkey."""
    return f"add a passkey to person {person_id}"


def _require_site(site: RelyingSite | None) -> RelyingSite:
    if site is None:
        raise Invalid("passkey", "passkey-refused")
    return site


def _kind_of(verified: bool) -> str:  # noqa: FBT001 - It is the authenticator's own word.
    return proofs.VERIFIED_PASSKEY if verified else proofs.PASSKEY


def _parse(parse: Any, answer: str) -> Any:
    """What the browser sent, read by the library."""
    if len(answer) > LONGEST_ANSWER:
        raise Invalid("passkey", "passkey-refused")
    try:
        return parse(answer)
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Invalid("passkey", "passkey-refused") from error


def _challenge_of(credential: RegistrationCredential | AuthenticationCredential) -> bytes:
    try:
        return parse_client_data_json(credential.response.client_data_json).challenge
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Invalid("passkey", "passkey-refused") from error


# A stored passkey is its id, with the id's length before it, and its public key.
def _with_id(credential_id: bytes, public_key: bytes) -> bytes:
    return len(credential_id).to_bytes(2) + credential_id + public_key


def _id_in(row: Any) -> bytes:
    return bytes(row.secret[2 : 2 + int.from_bytes(row.secret[:2])])


def _public_key_in(row: Any) -> bytes:
    return bytes(row.secret[2 + int.from_bytes(row.secret[:2]) :])
