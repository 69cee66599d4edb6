"""Keeps the program's own files from other users of the machine: they hold what citizens reported, and keys."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
_BESIDE = ("", "-wal", "-shm")  # SQLite gives the files beside the database the rights of the database.


def make_folder(folder: Path) -> None:
    """Create a folder that only this user can open; an existing one stays as its owner made it."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


def close_folder(folder: Path) -> None:
    """Create the program's own folder, or take it from other users if it is there; that of another owner stays."""
    make_folder(folder)
    with suppress(PermissionError):
        folder.chmod(PRIVATE_FOLDER)


def close_database(file: Path) -> None:
    """Take a SQLite database from other users, before SQLite creates it or opens it.

    An existing database is never opened here: closing it again would release the locks that this process holds on it
    through SQLite (POSIX advisory locks belong to the process), and two writers would destroy it.
    """
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
    except FileExistsError:
        pass
    except OSError:
        return  # SQLite itself says so, in its own words.
    for end in _BESIDE:
        with suppress(FileNotFoundError, PermissionError):
            file.with_name(file.name + end).chmod(PRIVATE_FILE)
