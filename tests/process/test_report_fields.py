"""The fields of reports are a document of the deployment: read, refused at its line, filled into forms."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from engine.process import definitions, report_fields
from engine.process.report_fields import FIELDS_PATH, BadFieldList, ReportField
from engine.province.profile import named_provinces
from engine.province.unit_captions import shipped_units
from engine.scenarios.deployment_check import problems_in
from engine.translation.catalogue import LANGUAGES
from engine.translation.wording import Caption, say
from tests.kit import lam_son
from tests.paths import ROOT

FIELDS = """fields:
  - {key: noise, vi: Tiếng ồn, en: Noise, departments: [99.SXD]}
  - key: water
    vi: Nước sạch
    en: Drinking water
"""
SHIPPED = definitions.read_deployment_folder(ROOT)


def test_a_list_of_fields_is_read_in_its_order() -> None:
    assert report_fields.read_report_fields(FIELDS.encode()) == (
        ReportField("noise", "Tiếng ồn", "Noise", ("99.SXD",)),
        ReportField("water", "Nước sạch", "Drinking water"),
    )


def test_the_shipped_list_has_both_captions_of_each_field() -> None:
    for field in report_fields.shipped_fields():
        assert field.vietnamese != field.english


def test_forms_take_their_choices_from_the_list() -> None:
    content = definitions.compile_files({**SHIPPED, FIELDS_PATH: FIELDS.encode()})
    choices = content.forms["receive"].inputs["field"].choices
    assert [(one.value, one.caption("vi"), one.caption("en")) for one in choices] == [
        ("noise", "Tiếng ồn", "Noise"),
        ("water", "Nước sạch", "Drinking water"),
    ]
    assert [field.key for field in content.report_fields] == ["noise", "water"]


@pytest.mark.parametrize(
    ("old", "new", "rule", "line"),
    [
        ("key: noise", "key: 9Noise", "report-field-key", 2),
        ("key: water", "key: noise", "report-field-twice", 3),
        ("vi: Nước sạch", "vi: ''", "report-field-caption", 4),
        ("    en: Drinking water\n", "", "report-field-caption", 3),
        ("[99.SXD]", "99.SXD", "report-field-departments", 2),
        ("en: Drinking water", "en: Water\n    colour: blue", "report-field-entry-unknown", 6),
        ("fields:", "list:", "report-fields-missing", 1),
        ("fields:", "fields: [", "text-not-yaml-at-line", 2),
    ],
)
def test_a_wrong_list_is_one_sentence_at_its_line(old: str, new: str, rule: str, line: int) -> None:
    content = FIELDS.replace(old, new).encode()
    with pytest.raises(BadFieldList) as refused:
        report_fields.read_report_fields(content)
    assert [(fault.error.rule, fault.line) for fault in refused.value.faults] == [(rule, line)]
    for language in LANGUAGES:
        (problem,) = problems_in({FIELDS_PATH: content}, language)
        assert (problem.file, problem.rule, problem.line) == (FIELDS_PATH, rule, line)
        assert problem.message == say(refused.value.faults[0].error, language)


def test_a_department_that_no_province_has_is_named_with_its_field(tmp_path: Path) -> None:
    files = {FIELDS_PATH: FIELDS.encode()}
    for language, caption in zip(LANGUAGES, ("Tiếng ồn", "Noise"), strict=True):
        (problem,) = problems_in(files, language, units=shipped_units())
        assert (problem.file, problem.element, problem.rule) == (
            FIELDS_PATH,
            "noise",
            "report-field-department-unknown",
        )
        assert caption in problem.message
        assert "99.SXD" in problem.message
    own = named_provinces(str(lam_son.write_folder(tmp_path / "lam_son")))
    assert problems_in(files, provinces=own, units=shipped_units()) == []
    assert problems_in(files, units={**shipped_units(), "99.SXD": Caption("Sở Xây dựng", "Sở Xây dựng")}) == []


def test_a_form_that_takes_a_list_which_is_not_there_is_a_problem() -> None:
    without = {path: content for path, content in SHIPPED.items() if path != FIELDS_PATH}
    assert [(str(one.file), one.rule) for one in problems_in(without)] == [
        ("forms/receive.json", "form-options-unknown")
    ]


def test_a_deployment_of_before_has_the_fields_of_its_form() -> None:
    path = PurePosixPath("forms/receive.json")
    values = b'"values": [{"label": "C\xe1\xba\xa7u", "value": "bridge", "label_en": "Bridge"}]'
    old = {path: SHIPPED[path].replace(b'"valuesKey": "report_fields"', values)}
    assert definitions.compile_files(old).report_fields == (ReportField("bridge", "Cầu", "Bridge"),)
    assert definitions.compile_files({}).report_fields == report_fields.shipped_fields()
