"""Digests of values that a record must not tell: each needs the salt that stands beside the value, and goes with it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping

# Digests are computed over exactly this text; encoding the same values differently would break every existing record.
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def salted_digests(salt: bytes, values: Mapping[str, object]) -> dict[str, str]:
    """A digest per key, meaningless without the salt stored with the values."""
    return {
        key: hmac.digest(salt, _ENCODER.encode([key, value]).encode(), "sha256").hex()[:32]
        for key, value in sorted(values.items())
    }
