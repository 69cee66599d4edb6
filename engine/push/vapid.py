"""Who we are to push services (VAPID, RFC 8292): a key pair, and a signed statement for each service.

The pair follows from the secret that signs cookies: made with it at the first start, the same on all nodes, and kept in
no place of its own. A browser's subscription works with this pair alone; with another secret sessions end as well.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.push.encryption import CURVE, encode_point

LIFETIME = timedelta(hours=12)  # At most 24 hours (RFC 8292, 2).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # Of P-256 (SEC 2, 2.4.2).


def application_key(key: bytes) -> ec.EllipticCurvePrivateKey:
    """Our key pair, from the key of this installation."""
    number = int.from_bytes(HKDF(SHA256(), 48, None, b"tongdai web push").derive(key), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, CURVE)


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """The public key as browsers ask for it."""
    return encode_text(encode_point(key.public_key()))


def authorization(key: ec.EllipticCurvePrivateKey, origin: str, contact: str, now: datetime) -> str:
    """The header that says to the service at `origin` who sends; `contact` is a mailto: or https: address."""
    claims = {"aud": origin, "exp": int((now + LIFETIME).timestamp()), "sub": contact}
    signed = f"{_encode_json({'typ': 'JWT', 'alg': 'ES256'})}.{_encode_json(claims)}"
    first, second = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    signature = encode_text(first.to_bytes(32, "big") + second.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={public_text(key)}"


def _encode_json(content: dict[str, object]) -> str:
    return encode_text(json.dumps(content, separators=(",", ":")).encode())


def encode_text(content: bytes) -> str:
    """Bytes as base64url without padding, as browsers have them."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decode_text(text: str) -> bytes:
    """The bytes in base64url; raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
