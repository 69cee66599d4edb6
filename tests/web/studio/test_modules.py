"""The studio's modules that need no page: their own tests, run once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.paths import ROOT


def test_the_modules_hold_what_they_promise() -> None:
    # Where there is no Node.js, set-up puts one beside Python.
    places = os.pathsep.join((os.environ.get("PATH", ""), str(Path(sys.executable).parent)))
    frontend, environment = ROOT / "web" / "frontend", {**os.environ, "PATH": places}
    run = subprocess.run(
        ["node", "tests/run.mjs"],
        check=False,
        capture_output=True,
        text=True,
        cwd=frontend,
        env=environment,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
