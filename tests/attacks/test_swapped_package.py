"""A registry, or somebody on the way to it, hands out another file than the one that was locked."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.paths import ROOT

LOCKED = (ROOT / "constraints.txt").read_text(encoding="utf-8")


def swapped_wheel(folder: Path, name: str, version: str) -> None:
    """A wheel that bears a locked package's name and version, with other content."""
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('run')")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


@pytest.mark.slow
def test_a_file_that_bears_the_name_of_a_locked_one_is_refused(tmp_path: Path) -> None:
    entry = re.search(r"^tzdata==(\S+)(?: .*)? \\\n(?: .*\n)+", LOCKED, re.MULTILINE)
    assert entry is not None
    (tmp_path / "list.txt").write_text(entry[0], encoding="utf-8")
    swapped_wheel(tmp_path, "tzdata", entry[1])
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-index",
        "--ignore-installed",
        "--find-links",
        str(tmp_path),
    ]
    where = ["--require-hashes", "--target", str(tmp_path / "target"), "-r", str(tmp_path / "list.txt")]
    done = subprocess.run([*command, *where], capture_output=True, text=True, check=False, env={})
    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert not (tmp_path / "target").exists()
