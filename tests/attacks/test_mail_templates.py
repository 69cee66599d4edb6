"""A mail template cannot keep the server busy: preview, checker and sending judge it before anything is computed.

The templates are small ones of their kind, so that a program that runs them fails here and does not stand still.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest

from engine.bpmn.mail_language import MAX_MAIL_LENGTH, UnfitMail, render_mail
from engine.mailing.template import fill_template
from engine.scenarios import deployment_check
from tests.kit.site import Site
from tests.web.studio.test_studio import Studio

BOMBS = (
    *("{{ 10**6 }}", "{{ 9**9**2 }}", "{{ 'x' * 999 }}", "{{ 'x' ~ 'x' }}", "{{ 1 - 1 }}", "{{ 1 // 0 }}"),
    *("{{ ('a\\n' * 9) | indent(9) }}", "{{ lipsum(n=2) }}", "{{ range(9) | list }}", "{{ '%99d' % 1 }}"),
    *("{% set f = '%99d' %}{{ f % 1 }}", "{{ 5 | round(-9) }}", "{{ 5 | round(9, 'ceil') }}", "{{ 'x' | center(99) }}"),
    *("{% for x in 'ab' %}{{ x }}{% endfor %}", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{{ [1, 2] }}"),
    *("{{ cycler('a') }}", "{{ 'a' | replace('a', 'aa') }}", "{{ 'a %s' | format('b') }}", "{{ self.title() }}"),
    *("{{ " + "not " * 60 + "1 }}", "{{ " + "(" * 90 + "1" + ")" * 90 + " - 1 }}", "{% include 'x' %}"),
    *("{{ case['code'] }}", "{{ case.code[:1] }}", "{{ case.code.upper() }}", "{{ ''.__class__ }}"),
)


@pytest.fixture
def studio(site: Site) -> Studio:
    site.file()
    return Studio(site)


def preview(studio: Studio, text: str) -> tuple[int, str]:
    body = json.dumps({"text": text}).encode()
    answer = studio.ask("POST", "/mail-preview", body, Content_Type="application/json")
    return answer.status_code, answer.json.get("sentence", "")


def test_the_preview_refuses_what_deployment_refuses(studio: Studio) -> None:
    path = PurePosixPath("workflows/mail/bomb.txt")
    for bomb in BOMBS:
        text = f"[1022] {bomb}\n\nThư"
        problem = next(iter(deployment_check.problems_in({path: text.encode()}, alone=True)))
        assert preview(studio, text) == (422, f"Mẫu thư còn lỗi ở dòng 1: {problem.message}"), bomb


def test_the_preview_still_shows_a_mail(studio: Studio) -> None:
    assert preview(studio, "[1022] {{ case.code | upper }}{% if occurrence % 2 == 1 %}!{% endif %}\n\nThư") == (200, "")


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_template_deployed_before_is_refused_at_sending_too(bomb: str) -> None:
    with pytest.raises(UnfitMail):
        fill_template(f"[1022] {bomb}", {"case": {"code": "x"}, "occurrence": 1})


def test_a_mail_has_an_end_whatever_its_facts_are() -> None:
    with pytest.raises(UnfitMail) as refused:
        render_mail("{{ link }}" * 3, {"link": "x" * (MAX_MAIL_LENGTH // 2)})
    assert refused.value.rule == "mail-too-long"


def test_what_is_no_request_for_a_preview_is_refused_in_a_sentence(studio: Studio) -> None:
    deep = b"[" * 100_000
    for body in (deep, b'{"text": ' + deep, b'{"text": 1}', b'{"text": "a", "case": [[]]}', b"{", b"", b"[]"):
        answer = studio.ask("POST", "/mail-preview", body, Content_Type="application/json")
        assert (answer.status_code, list(answer.json)) == (422, ["sentence"]), body[:20]
