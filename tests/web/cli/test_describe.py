"""`tongdai describe`: the handbook of a process from the command line."""

from __future__ import annotations

from pathlib import Path

from engine.shipped import ROOT
from tests.web.cli.test_commands import Tongdai


def test_a_folder_is_described_on_paper(tmp_path: Path) -> None:
    tongdai = Tongdai(tmp_path)
    assert "leave_request: Leave request" in tongdai.done("describe", "--draft", ROOT, "--language", "en")
    tongdai.done("describe", "leave_request", "--draft", ROOT, "--out", tmp_path / "leave.pdf")
    assert (tmp_path / "leave.pdf").read_bytes()[:4] == b"%PDF"
    assert tongdai.run("describe", "leave_request", "--draft", ROOT, "--out", tmp_path / "leave.txt").exit_code == 1
    assert tongdai.run("describe", "nothing", "--draft", ROOT, "--out", tmp_path / "leave.pdf").exit_code == 1
