"""Handbooks of a draft and of a deployment are one click away, in both languages, for analysts alone."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

from tests.kit.site import COMMUNE, Site
from tests.web.studio.test_studio import Studio


def test_an_analyst_takes_handbooks_of_a_draft_and_of_a_deployment(site: Site) -> None:
    analyst = Studio(site)
    begin = analyst.browser.get("/studio").text
    pages = [f"{analyst.home}/handbook", "/studio/versions/1/handbook"]
    assert all(page in begin for page in pages)
    assert pages[0] in analyst.browser.get(f"{analyst.home}/edit").text
    for page in pages:
        shown = analyst.browser.get(page).text
        assert "Đơn xin nghỉ phép" in shown
        links = [unescape(link) for link in re.findall(rf'href="({page}/[^"]+leave_request[^"]+)"', shown)]
        assert len(links) == 4
        for link in links[:1] if page in pages[0] else links[-1:]:
            answer = analyst.browser.get(link)
            assert answer.status_code == 200
            assert answer.data[:4] == (b"%PDF" if "/pdf/" in link else b"PK\x03\x04")
            assert "attachment" in answer.headers["Content-Disposition"]


def test_the_version_is_told_in_the_language_of_the_file(site: Site) -> None:
    analyst = Studio(site)
    answer = analyst.browser.get(f"{analyst.home}/handbook/docx/workflows/leave_request.bpmn?language=en")
    words = zipfile.ZipFile(io.BytesIO(answer.data)).read("word/document.xml").decode()
    assert "Bản nháp" not in words
    assert "based on deployment 1" in words


def test_handbooks_that_are_not_there_and_others_who_ask(site: Site) -> None:
    analyst = Studio(site)
    for path in ("/studio/versions/99/handbook", "/studio/versions/99999999999999999999/handbook"):
        assert analyst.browser.get(path).status_code == 404
    assert analyst.browser.get("/studio/versions/1/handbook/pdf/workflows/none.bpmn").status_code == 404
    assert analyst.browser.get("/studio/versions/1/handbook/txt/workflows/leave_request.bpmn").status_code == 404
    assert site.browser(COMMUNE).get("/studio/versions/1/handbook").status_code == 403
