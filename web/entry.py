"""Where the command `tongdai` begins: what is missing on the machine becomes one sentence instead of a traceback.

It imports nothing but Python's own modules until it knows that the rest can be imported.
"""

from __future__ import annotations

import sys
from importlib import import_module

OLDEST = (3, 11)


def main() -> None:
    """Run the command line; exit code 1 and one sentence where this Python or a library of the system cannot do."""
    if sys.version_info < OLDEST:
        sys.exit(f"tongdai needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}.")
    try:
        commands = import_module("web.cli")
    except ImportError as error:
        sys.exit(f"tongdai cannot start, something of the system or of the installation is missing: {error}")
    commands.main()
