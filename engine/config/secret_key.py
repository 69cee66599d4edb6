"""The key that signs cookies and addresses in mails: the configured one, or one that this machine made for itself.

The web application and the worker have to agree on it.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from engine.config.environment import Settings
from engine.config.private_files import close_folder
from engine.errors import BadSetting

KEY_FILE = "secret_key"


def signing_key(settings: Settings) -> bytes:
    """The key of this installation; raises BadSetting when one has to be made and cannot be stored."""
    return settings.secret_key or load_own_key(settings.var)


def load_own_key(folder: Path) -> bytes:
    """The key that this machine made for itself, created if there is none; raises BadSetting when that fails."""
    file = folder / KEY_FILE
    try:
        if not file.exists():
            _make_key(file)
        return file.read_bytes()
    except OSError as error:
        raise BadSetting("cookie-key-not-kept", folder=folder, reason=error.strerror) from error


def _make_key(file: Path) -> None:
    """Write a new key that only this user can read; if two processes start together, one key stays."""
    close_folder(file.parent)
    candidate = file.with_suffix(f".{os.getpid()}")
    candidate.touch(mode=0o600)
    candidate.write_bytes(secrets.token_bytes(32))
    with suppress(FileExistsError):
        file.hardlink_to(candidate)
    candidate.unlink()
