"""The keys that sign cookies and addresses in mails, and anchors: configured, or made by this machine for itself.

The web application and the worker have to agree on the first.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from engine.config.environment import Settings
from engine.config.private_files import close_folder
from engine.errors import BadSetting

KEY_FILE, ANCHOR_KEY_FILE = "secret_key", "anchor_key"


def signing_key(settings: Settings) -> bytes:
    """The key of this installation; raises BadSetting when one has to be made and cannot be stored."""
    return settings.secret_key or load_own_key(settings.var)


def anchor_keys(settings: Settings) -> tuple[bytes, ...]:
    """The keys of anchors: the first one signs, any may have signed an older anchor; raises BadSetting."""
    if settings.anchor_key is None:
        return (load_own_key(settings.var, ANCHOR_KEY_FILE),)
    has_own = (settings.var / ANCHOR_KEY_FILE).exists()
    return (settings.anchor_key, *([load_own_key(settings.var, ANCHOR_KEY_FILE)] if has_own else []))


def load_own_key(folder: Path, name: str = KEY_FILE) -> bytes:
    """A key that this machine made for itself, created if there is none; raises BadSetting when that fails."""
    file = folder / name
    try:
        if not file.exists():
            _make_key(file)
        return file.read_bytes()
    except OSError as error:
        raise BadSetting("own-key-not-kept", name=name, folder=folder, reason=error.strerror) from error


def _make_key(file: Path) -> None:
    """Write a new key that only this user can read; if two processes start together, one key stays."""
    close_folder(file.parent)
    candidate = file.with_suffix(f".{os.getpid()}")
    candidate.touch(mode=0o600)
    candidate.write_bytes(secrets.token_bytes(32))
    with suppress(FileExistsError):
        file.hardlink_to(candidate)
    candidate.unlink()
