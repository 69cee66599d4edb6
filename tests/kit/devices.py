"""Devices that prove who somebody is, without a browser: an authenticator on a telephone, a passkey in software."""

from __future__ import annotations

import hashlib
import html
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from werkzeug.test import TestResponse

from tests.kit.site import Browser

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # Flags of what an authenticator signs (WebAuthn level 2, 6.1).


@dataclass
class Telephone:
    """An authenticator with its clock, which may be off."""

    secret: str
    off: timedelta = timedelta(0)

    def code(self, now: datetime) -> str:
        """What it shows."""
        return pyotp.TOTP(self.secret).at(now + self.off)


@dataclass
class SoftPasskey:
    """A passkey of one site, kept in memory; `flags` say whether it asks for a PIN."""

    origin: str
    host: str
    flags: int = PRESENT | VERIFIED
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = b"credential of the tests"
    count: int = 0

    def create(self, options: dict[str, Any]) -> str:
        """The answer to being asked to make it."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + cbor2.dumps(public)
        data = self._signed_data(self.flags | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"attestationObject": attestation, "clientDataJSON": self._client_data("webauthn.create", options)}
        return self._answer(response)

    def get(self, options: dict[str, Any]) -> str:
        """The answer to being asked to prove that it is there."""
        self.count += 1
        data, client_data = self._signed_data(self.flags), self._client_data("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"authenticatorData": data, "clientDataJSON": client_data, "signature": signature})

    def _signed_data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.credential_id)
        parts = {key: bytes_to_base64url(value) for key, value in response.items()}
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": parts}
        )


def options_in(page: str) -> dict[str, Any]:
    """What the page asks a passkey for."""
    match = re.search(r'data-options="([^"]+)"', page)
    assert match is not None
    options: dict[str, Any] = json.loads(html.unescape(match.group(1)))
    assert base64url_to_bytes(options["challenge"])
    return options


def enrolment_in(page: str) -> tuple[str, Telephone]:
    """The enrolment that a page carries, and a telephone that has scanned it."""
    token, secret = re.search(r'name="enrolment" value="([^"]+)"', page), re.search(r'class="secret">([^<]+)<', page)
    assert token is not None
    assert secret is not None
    return token.group(1), Telephone(secret.group(1).replace(" ", ""))


def add_telephone(browser: Browser) -> tuple[Telephone, list[str]]:
    """Add an authenticator; returns it with the recovery codes that were shown."""
    token, telephone = enrolment_in(browser.get("/account/authenticator").text)
    answer = browser.post("/account/authenticator", {"enrolment": token, "code": telephone.code(browser.site.now)})
    return telephone, codes_in(answer)


def codes_in(answer: TestResponse) -> list[str]:
    """The recovery codes on a page."""
    return re.findall(r"<li><code>([a-z0-9-]{19})</code>", answer.text)


def add_passkey(browser: Browser, passkey: SoftPasskey) -> TestResponse:
    """Add a passkey."""
    options = options_in(browser.get("/account/factors").text)
    return browser.post("/account/passkeys", {"answer": passkey.create(options)})
