"""What was added is told with what it does: role, form, timers, recipients."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from engine.process import definitions
from engine.shipped import ROOT
from engine.studio.diff import added_words, deployment_diff
from engine.studio.telling.step_facts import StepTeller
from engine.translation.catalogue import Language

PATH = PurePosixPath("workflows/leave_request.bpmn")
STEP = b"""<bpmn:userTask id="sign" name="K\xc3\xbd duy\xe1\xbb\x87t"><bpmn:extensionElements><spiffworkflow:properties>
<spiffworkflow:property name="role" value="unit_head" /><spiffworkflow:property name="form" value="decide_leave" />
</spiffworkflow:properties></bpmn:extensionElements></bpmn:userTask>
<bpmn:boundaryEvent id="late" attachedToRef="sign" cancelActivity="false"><bpmn:outgoing>late_on</bpmn:outgoing>
<bpmn:timerEventDefinition id="late_timer"><bpmn:timeDate>working_hours(4)</bpmn:timeDate></bpmn:timerEventDefinition>
</bpmn:boundaryEvent><bpmn:sequenceFlow id="late_on" sourceRef="late" targetRef="remind" />
<bpmn:serviceTask id="remind" name="Nh\xe1\xba\xafc k\xc3\xbd"><bpmn:extensionElements>
<spiffworkflow:serviceTaskOperator id="notice"><spiffworkflow:parameters>
<spiffworkflow:parameter id="template" type="any" value='"leave_reminder"' />
<spiffworkflow:parameter id="to" type="any" value='["unit", "citizen"]' />
</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></bpmn:extensionElements></bpmn:serviceTask>
"""
FILES = definitions.read_deployment_folder(ROOT)
ADDED = FILES | {PATH: FILES[PATH].replace(b"</bpmn:process>", STEP + b"</bpmn:process>", 1)}


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "vi",
            (
                "Thêm bước “Ký duyệt”. Vai trò: Lãnh đạo đơn vị; Biểu mẫu: Quyết định*, Lý do không đồng ý*;",
                "Thêm bước “Nhắc ký”. Thư gửi đi: “Đơn xin nghỉ chưa được quyết định”;",
            ),
        ),
        ("en", ("Step “Ký duyệt” added. Role: Head of unit; Form: Decision*, Why it is refused*;",)),
    ],
)
def test_an_added_step_is_told_whole(language: Language, sentences: tuple[str, ...]) -> None:
    (difference,) = deployment_diff.compare_files(FILES, ADDED)
    teller = StepTeller(ADDED, language)
    told = [added_words.describe_change_whole(change, PATH, teller) for change in difference.changes]
    assert all(any(one.startswith(sentence) for one in told) for sentence in sentences), told
    if language == "vi":
        endings = (
            "4 giờ làm việc, việc vẫn tiếp tục, đồng thời: Nhắc ký.",
            "Người nhận: Đơn vị đang giữ việc, Người dân.",
        )
        assert all(any(one.endswith(ending) for one in told) for ending in endings), told


def test_what_was_removed_or_changed_is_told_as_before() -> None:
    (difference,) = deployment_diff.compare_files(ADDED, FILES)
    teller = StepTeller(FILES, "vi")
    assert "Bỏ bước “Ký duyệt”." in [
        added_words.describe_change_whole(change, PATH, teller) for change in difference.changes
    ]
