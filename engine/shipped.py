"""Locates the files that ship with the program: the database's revisions and the first deployment.

In a checkout they are next to the packages; an installed program has its own copies (setup.py makes them).
"""

from __future__ import annotations

from pathlib import Path

_COPIES = Path(__file__).resolve().parent / "data" / "shipped"
CHECKOUT = Path(__file__).resolve().parent.parent

# The folder with workflows/, forms/ and alembic/.
ROOT = _COPIES if _COPIES.is_dir() else CHECKOUT
REVISIONS = ROOT / "alembic"


def deployment_root(here: Path = Path()) -> Path:
    """`here` if it contains diagrams of its own, else the folder of those that ship with the program."""
    return here if (here / "workflows").is_dir() else ROOT
