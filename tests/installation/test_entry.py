"""The command ends in one sentence, with nothing done, where this Python or a library of the system cannot do."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

from tests.paths import ROOT
from web import entry


def test_a_python_that_is_too_old_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGDAI_LANGUAGE", "en")
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(sys, "version", "3.9.2 (default)")
    with pytest.raises(SystemExit) as end:
        entry.main()
    assert end.value.code == "tongdai needs Python 3.11 or newer; this is 3.9.2."


def test_a_missing_library_of_the_system_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> ModuleType:
        raise ImportError("libxslt.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(entry, "import_module", fail)
    with pytest.raises(SystemExit) as end:
        entry.main()
    assert isinstance(end.value.code, str)
    assert "libxslt.so.1" in end.value.code
    assert "\n" not in end.value.code


def test_the_entry_imports_nothing_before_it_knows_that_it_can() -> None:
    ours = "('click', 'lxml', 'sqlalchemy')"
    code = f"import sys, web.entry; print([name for name in sys.modules if name.split('.')[0] in {ours}])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_installed_command_starts_there() -> None:
    assert import_module("web.entry").main is entry.main
    assert '"tongdai = web.entry:main"' in (ROOT / "setup.py").read_text(encoding="utf-8")


def test_pip_is_told_which_python_is_needed() -> None:
    assert 'python_requires=">=3.11"' in (ROOT / "setup.py").read_text(encoding="utf-8")
