"""Passwords: which are strong enough, their hashes, and that not more are hashed at once than a server can bear.

NIST SP 800-63B asks for length, not for kinds of characters, and that common, leaked and guessable passwords are
refused. zxcvbn ships a list of leaked ones and estimates how many guesses a password stands: words of the account
count as known to whoever guesses.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore, Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from engine.errors import Invalid, Overloaded
from engine.text import strip_diacritics

MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH = 12, 128  # Argon2 accepts any length.
MIN_DISTINCT_CHARACTERS = 5
MIN_SCORE = 4  # Of zxcvbn: more than 10^10 guesses, which no machine makes before others notice.
LONGEST_ESTIMATED = 72  # Characters that zxcvbn looks at; so much that nobody guesses is enough.
MOST_WAITING = 4  # For their turn to hash: a good half of the server's threads stay free for other pages.
SERVICE_WORDS = (
    *("tổng đài", "tong dai", "tongdai", "1022", "hotline", "đồng nai", "dong nai", "dongnai", "biên hòa", "bienhoa"),
    *("việt nam", "viet nam", "vietnam", "mật khẩu", "mat khau", "matkhau", "chính quyền", "chinhquyen", "ubnd"),
    *("phản ánh", "phananh", "xin chào", "xinchao"),
)

_hasher = PasswordHasher()
_estimating = Lock()  # zxcvbn keeps the words of whoever asked last in a table of its module.


class WeakPassword(Invalid):
    """The new password is too short, too long, too simple or too well known."""


class HashingTurns:
    """One hash at a time, and few who wait: each takes 64 MB and the processor for a while (ASVS 4.0.3, 11.1.4)."""

    def __init__(self, most_waiting: int) -> None:
        self._places, self._turn = BoundedSemaphore(1 + most_waiting), Lock()

    @contextmanager
    def take_turn(self) -> Iterator[None]:
        """Wait for the turn; raises Overloaded at once when too many wait already."""
        if not self._places.acquire(blocking=False):
            raise Overloaded("hashing-overloaded")
        try:
            with self._turn:
                yield
        finally:
            self._places.release()

    def are_taken(self) -> bool:
        """Whether nobody more may wait now."""
        if not self._places.acquire(blocking=False):
            return True
        self._places.release()
        return False


turns = HashingTurns(MOST_WAITING)


def require_strong_password(password: str, login: str, words: Iterable[str] = ()) -> None:
    """Raise WeakPassword unless a password is long, varied and unknown enough for an account.

    `words` are what others know of its owner, such as the name and the unit.
    """
    if len(password) < MIN_PASSWORD_LENGTH:
        raise WeakPassword("password", "password-too-short", least=MIN_PASSWORD_LENGTH)
    if len(password) > MAX_PASSWORD_LENGTH:
        raise WeakPassword("password", "password-too-long", most=MAX_PASSWORD_LENGTH)
    if len(set(password)) < MIN_DISTINCT_CHARACTERS:
        raise WeakPassword("password", "password-too-simple")
    if login and strip_diacritics(login) in strip_diacritics(password):
        raise WeakPassword("password", "password-has-login")
    if _score(password, [*words, *login.split("."), login]) < MIN_SCORE:
        raise WeakPassword("password", "password-guessable")


def _score(password: str, words: Iterable[str]) -> int:
    """How well a password stands guessing, 0 to 4: as typed, and without its diacritics, which add little."""
    plain = [strip_diacritics(word) for word in words]
    known = [*SERVICE_WORDS, *plain, *(word.replace(" ", "") for word in plain)]
    known += [part for word in plain for part in word.split()]
    forms = {password[:LONGEST_ESTIMATED], strip_diacritics(password)[:LONGEST_ESTIMATED]}
    with _estimating:
        return min(int(zxcvbn(form, user_inputs=[word for word in known if word])["score"]) for form in forms)


def hash_password(password: str) -> str:
    """The hash of a password that is strong enough; raises Overloaded."""
    with turns.take_turn():
        return _hasher.hash(password)


def matches_hash(password_hash: str | None, password: str) -> bool:
    """Whether this is the password of a hash; without one, the same work and False. Raises Overloaded."""
    with turns.take_turn():
        try:
            return _hasher.verify(password_hash or _decoy_hash(), password[:MAX_PASSWORD_LENGTH])
        except (VerifyMismatchError, InvalidHashError):
            return False


@cache
def _decoy_hash() -> str:
    """The hash that an unknown login's password is compared with, so that it takes as long as a known one's."""
    return _hasher.hash(secrets.token_hex(16))
