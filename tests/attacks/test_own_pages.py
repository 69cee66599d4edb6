"""Whatever address or method is tried, the answer is a page of ours, in the visitor's language."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit.site import OPERATOR, Browser, Site

ENGLISH_OF_FLASK = ("Redirecting...", "You should be redirected", "The method is not allowed", "The requested URL")


def speak(browser: Browser, language: str) -> None:
    assert browser.post("/language", {"language": language}).status_code == 302


def check(answer: Any, statuses: set[int], language: str) -> None:
    assert answer.status_code in statuses, answer.request.path
    assert f'<html lang="{language}"' in answer.text, answer.request.path
    assert not any(words in answer.text for words in ENGLISH_OF_FLASK), answer.request.path


@pytest.mark.parametrize("language", ["vi", "en"])
def test_odd_addresses_and_methods_get_pages_of_ours(site: Site, language: str) -> None:
    browser = site.browser(OPERATOR)
    speak(browser, language)
    headers = {"X-CSRFToken": browser.token()}
    for path in ("/studio/drafts/1/files//etc/x.bpmn", "/inbox//", "/inbox/", "/cases//x", "/none", "/tasks/x"):
        for method in ("GET", "PUT", "POST", "DELETE"):
            answer = browser.client.open(path, method=method, headers=headers, buffered=True)
            check(answer, {404} if method == "GET" else {404, 405}, language)
    for method in ("PUT", "DELETE", "PATCH"):
        check(browser.client.open("/inbox", method=method, headers=headers, buffered=True), {405}, language)
    too_long = {"CONTENT_LENGTH": str(40 * 1024 * 1024)}
    check(browser.client.post("/report", data={"a": "b"}, environ_overrides=too_long, buffered=True), {413}, language)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_text_of_a_redirect_is_ours(site: Site, language: str) -> None:
    stranger = site.browser()
    speak(stranger, language)
    check(stranger.post("/language", {"language": language, "next": "/report?a=1&b=2"}), {302}, language)
    answer = stranger.get("/inbox")
    assert answer.status_code in (302, 401)
    assert not any(words in answer.text for words in ENGLISH_OF_FLASK)
