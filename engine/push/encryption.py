"""Encryption of push messages (RFC 8291 on RFC 8188, aes128gcm): only the browser reads what its service carries."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
POINT_BYTES, SECRET_BYTES, SALT_BYTES = 65, 16, 16
RECORD_BYTES = 4096
MOST_BYTES = 3000  # Of a message; services carry 4,096 encrypted bytes (RFC 8030, 7.2).
_LAST_RECORD = b"\x02"


@dataclass(frozen=True, slots=True)
class BrowserKeys:
    """A browser's public key (an uncompressed point of P-256) and the secret that it shares with us."""

    point: bytes = field(repr=False)
    secret: bytes = field(repr=False)

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The key; raises ValueError for what is no point of the curve."""
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, self.point)


def encrypt_message(text: bytes, keys: BrowserKeys, own: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """The body of a request with a message of at most MOST_BYTES; `own` and `salt` are new for each message."""
    assert len(text) <= MOST_BYTES
    own_point = encode_point(own.public_key())
    content_key, nonce = derive_message_keys(own.exchange(ec.ECDH(), keys.public_key()), keys, own_point, salt)
    sealed = AESGCM(content_key).encrypt(nonce, text + _LAST_RECORD, None)
    return salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(own_point)]) + own_point + sealed


def derive_message_keys(shared: bytes, keys: BrowserKeys, sender: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """The key and the nonce of a message, from what the two key pairs agree on (RFC 8291, 3.4)."""
    secret = _derive(keys.secret, shared, b"WebPush: info\0" + keys.point + sender, 32)
    return (
        _derive(salt, secret, b"Content-Encoding: aes128gcm\0", 16),
        _derive(salt, secret, b"Content-Encoding: nonce\0", 12),
    )


def _derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


def encode_point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
