"""Addresses that browsers never make, where a request names one: answered like any stranger's, never an error."""

from __future__ import annotations

import pytest

from tests.kit.site import Site

BROKEN = ("//[", "http://[", "http://[::1", "http://a]b/", "http://[x]/")


@pytest.mark.parametrize("address", BROKEN)
def test_where_to_go_next_leads_nowhere(site: Site, address: str) -> None:
    stranger, officer = site.browser(), site.browser("canbo.75.1022")
    assert stranger.get("/sign-in", query_string={"next": address}).status_code == 200
    assert stranger.post("/language", {"language": "vi", "next": address}).location == "/"
    assert officer.get("/confirm", query_string={"next": address}).location == "/inbox"


@pytest.mark.parametrize("address", BROKEN)
def test_a_page_that_a_form_came_from_is_not_ours(site: Site, address: str) -> None:
    stranger = site.browser()
    for header in ("Origin", "Referer"):
        expired = stranger.client.post("/report", data={"content": "x"}, headers={header: address})
        assert expired.status_code == 400
        assert "form_token" not in expired.text
        signed_out = stranger.post("/account/sessions/end", headers={header: address})
        assert signed_out.status_code == 401
