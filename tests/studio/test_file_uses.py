"""Who uses a file of the shipped deployment."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from engine.process import definitions
from engine.studio.file_uses import list_uses
from tests.paths import ROOT

SHIPPED = definitions.read_deployment_folder(ROOT)


@pytest.mark.parametrize(
    ("path", "user", "caption"),
    [
        ("forms/resolve.json", "workflows/resolution.bpmn", "Giải quyết"),
        ("workflows/mail/verified.txt", "workflows/resolution.bpmn", "Báo người dân: đã xác minh"),
        ("workflows/routing.dmn", "workflows/citizen_report.bpmn", "Phân luồng"),
        ("workflows/false_report.bpmn", "workflows/resolution.bpmn", "Xem xét thông tin ảo"),
        ("workflows/false_report.bpmn", "workflows/tests/false_report_confirmed.yaml", ""),
        ("forms/leave_request.json", "workflows/leave_request.bpmn", ""),
    ],
)
def test_who_uses_a_file_is_named(path: str, user: str, caption: str) -> None:
    uses = list_uses(SHIPPED, PurePosixPath(path))
    assert [use for use in uses if str(use.path) == user and caption in use.caption.vietnamese]


def test_what_nothing_names_is_used_by_nobody() -> None:
    path = PurePosixPath("forms/new.json")
    assert list_uses({**SHIPPED, path: b"{}"}, path) == []
    assert list_uses({**SHIPPED, PurePosixPath("workflows/x.bpmn"): b"<"}, path) == []
