"""Proofs: what somebody has shown to prove who they are, and what that is worth (NIST SP 800-63B, ASVS 4.0.3 V2).

One factor is something known (a password) or something held (an authenticator, a passkey, a recovery code). A passkey
that has asked its holder for a PIN or a fingerprint is both at once; so is what an identity provider vouches for with
two factors of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PASSWORD = "password"  # noqa: S105 - The name of a kind, not a password.
TOTP = "totp"
PASSKEY = "passkey"  # The holder was there.
VERIFIED_PASSKEY = "verified_passkey"  # The holder was there and gave the device a PIN or a fingerprint.
RECOVERY_CODE = "recovery_code"
EXTERNAL = "external"  # An identity provider of the province vouches.
VERIFIED_EXTERNAL = "verified_external"  # It vouches, and says that it has asked for two factors.

PROOF_KINDS = (PASSWORD, TOTP, PASSKEY, VERIFIED_PASSKEY, RECOVERY_CODE, EXTERNAL, VERIFIED_EXTERNAL)
_KNOWN = frozenset({PASSWORD, EXTERNAL})
_HELD = frozenset({TOTP, PASSKEY, RECOVERY_CODE})
_BOTH = frozenset({VERIFIED_PASSKEY, VERIFIED_EXTERNAL})


@dataclass(frozen=True, slots=True)
class Proof:
    """What a person has shown by `at`: kinds of PROOF_KINDS; raises ValueError for another kind or none."""

    kinds: frozenset[str]
    at: datetime

    def __post_init__(self) -> None:
        if not self.kinds or not self.kinds <= set(PROOF_KINDS):
            raise ValueError(f"kinds of proof: {sorted(self.kinds)}")

    @property
    def has_two_factors(self) -> bool:
        """Whether something known and something held were shown."""
        return bool(self.kinds & _BOTH) or bool(self.kinds & _KNOWN and self.kinds & _HELD)

    @property
    def words(self) -> list[str]:
        """The kinds in the order of PROOF_KINDS, as records keep them."""
        return [kind for kind in PROOF_KINDS if kind in self.kinds]

    def with_kind(self, kind: str, at: datetime) -> Proof:
        """This proof and one more kind, shown at `at`."""
        return Proof(self.kinds | {kind}, at)


def proof_of(kind: str, at: datetime) -> Proof:
    """A proof of one kind."""
    return Proof(frozenset({kind}), at)
