"""Rules on mail templates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import MAIL, VOCABULARY, Case

FINE = {MAIL: "Nhắc việc: {{ case.code }}\n\nKính gửi {{ unit.name }}\n{{ link }}\n".encode()}


def mail(text: str) -> draw.Files:
    return {MAIL: text.encode()}


CASES = [
    Case("mail-syntax", mail("Chủ đề\n\n{{ case.code }\n"), FINE, "", "{{ case.code }", MAIL),
    Case("mail-syntax", mail("Chủ đề\n\n{% for x in case %}\n"), FINE, "", "{% for", MAIL),
    Case("mail-construct", mail("Chủ đề\n{{ case.code | lost }}\n"), FINE, "", "lost", MAIL),
    Case("mail-syntax", mail("Chủ đề {{ " + "(" * 5000 + " }}\n"), FINE, "", "Chủ", MAIL),
    Case("mail-subject", mail("{# subject #}{% if link %}{% endif %}\nKính gửi\n"), FINE, "", "subject", MAIL),
    Case("mail-include", mail('Chủ đề\n{% include "/etc/passwd" %}\n'), FINE, "", "include", MAIL),
    Case("mail-name", mail("Chủ đề\n\n{{ citizen.phone }}\n"), FINE, "", "citizen", MAIL),
    Case("mail-name", mail("Chủ đề\n\n{{ case.phone }}\n"), FINE, "", "case.phone", MAIL),
    Case("mail-construct", mail("Chủ đề\n\n{{ link['x'] }}\n"), FINE, "", "link", MAIL),
    Case("mail-construct", mail("Chủ đề\n\n{% for x in case %}{{ x }}{% endfor %}\n"), FINE, "", "for", MAIL),
    Case("mail-construct", mail("Chủ đề\n\n{{ 'x' * 1000000 }}\n"), FINE, "", "1000000", MAIL),
    Case("mail-construct", mail("Chủ đề\n\n{{ '%999999999d' % 1 }}\n"), FINE, "", "999", MAIL),
    Case("mail-construct", mail("Chủ đề\n\n{{ link() }}\n"), FINE, "", "link()", MAIL),
    Case("mail-construct", mail("Chủ đề\n\n{{ link | center(999999999) }}\n"), FINE, "", "center", MAIL),
    Case("mail-construct", mail("Chủ đề\n{{ days_late | round(99999999, 'ceil') }}\n"), FINE, "", "ceil", MAIL),
    Case("mail-construct", mail("Chủ đề\n{% set f = '%999999999d' %}{{ f % 1 }}\n"), FINE, "", "set", MAIL),
    Case("mail-construct", mail("Chủ đề\n{{ 1 // 0 }}\n"), FINE, "", "//", MAIL),
    Case("mail-construct", mail("Chủ đề\n{{ link is divisibleby(0) }}\n"), FINE, "", "link", MAIL),
    Case("mail-construct", mail("Chủ đề " + "{{ not " + "not " * 50 + "link }}\n"), FINE, "", "not", MAIL),
    Case("mail-fails", mail("Chủ đề {{ occurrence % 0 }}\n"), FINE, "", "%", MAIL),
    Case("mail-fails", mail("Chủ đề {% if case.deadline > 3 %}x{% endif %}\n"), FINE, "", "if", MAIL),
    Case("mail-fails", mail("Chủ đề {{ link % 5 }}\n"), FINE, "", "%", MAIL),
]


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_a_broken_rule_is_reported_with_its_place(case: Case) -> None:
    case.check()


def test_filters_and_names_that_mails_may_use_are_given() -> None:
    text = mail("Chủ đề\n{{ citizen.phone | hidden }}\n")
    known = replace(VOCABULARY, mail_names={"citizen": frozenset({"phone"})}, mail_filters=frozenset({"hidden"}))
    assert draw.problems(text, known) == []
    assert draw.problems(text, replace(known, mail_names=None)) == []


@pytest.mark.parametrize("content", [b"", b"\nText\n", b"   \n"])
def test_a_mail_begins_with_its_subject(content: bytes) -> None:
    assert [(problem.rule, problem.line) for problem in draw.problems({MAIL: content})] == [("mail-subject", 1)]


def test_a_mail_is_utf_8() -> None:
    assert [(problem.rule, problem.line) for problem in draw.problems({MAIL: b"a\n\xff"})] == [("file-encoding", 2)]


def test_a_long_mail_is_refused() -> None:
    assert [problem.rule for problem in draw.problems({MAIL: b"x" * 20_001})] == ["xml-text"]
