"""What a page weighs before it can be used: on a telephone with 3G, by Chromium's figures, it is usable within 3 s.

Arithmetic over what is served, packed as docs/deploy/nginx.conf has the proxy pack it; nothing is timed.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.kit.site import OPERATOR, Browser, Site
from tests.paths import ROOT

LONGEST, MOST_PARTS = 3.0, 20
ROUNDS = 2
"""How often a browser waits for an answer to begin: the page, and then all its parts, asked for at once over HTTP/2."""
PACKED_PATHS = re.compile(r"/(bootstrap/)?static/")
PACKED = ("text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml")
LEVEL = 1
"""Of gzip, what nginx takes where nothing is said."""
_PARTS = re.compile(r"<(?:script|link)\b[^>]*>")
_ADDRESS = re.compile(r'\b(?:src|href)="([^"]+)"')


@dataclass(frozen=True)
class Network:
    """Bytes per second and seconds until an answer begins, as Chromium throttles them."""

    throughput: float
    latency: float


NETWORKS = {
    "Regular 3G": Network(750 * 1024 / 8, 0.1),
    "Fast 3G": Network(1.6 * 1024 * 1024 / 8 * 0.9, 0.15 * 3.75),
}
PAGES = {"/": "", "/report": "", "/follow": "", "/intake": OPERATOR, "/inbox": OPERATOR}


def parts_of(page: str) -> Iterator[str]:
    """The addresses of what a page needs before it can be used: its styles for a screen and its scripts."""
    for tag in _PARTS.findall(page):
        address = _ADDRESS.search(tag)
        if address and (tag.startswith("<script") or ('rel="stylesheet"' in tag and 'media="print"' not in tag)):
            yield address[1].replace("&amp;", "&")


def weight_of(browser: Browser, address: str) -> tuple[int, str]:
    """The bytes of an answer on the wire, its head included, and its text."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    is_packed = PACKED_PATHS.match(address) and answer.mimetype in PACKED
    body = gzip.compress(answer.data, LEVEL) if is_packed else answer.data
    return len(body) + len(str(answer.headers)), answer.get_data(as_text=True)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_can_be_used_within_three_seconds_over_3g(site: Site, address: str) -> None:
    browser = site.browser(PAGES[address])
    bytes_, page = weight_of(browser, address)
    parts = list(dict.fromkeys(parts_of(page)))
    bytes_ += sum(weight_of(browser, part)[0] for part in parts)
    seconds = {name: ROUNDS * each.latency + bytes_ / each.throughput for name, each in NETWORKS.items()}
    assert max(seconds.values()) <= LONGEST, (bytes_, parts, seconds)
    assert len(parts) <= MOST_PARTS, parts


def test_texts_are_shown_before_their_fonts_have_come_and_the_proxy_packs(site: Site) -> None:
    styles = site.browser().get("/static/app.css").get_data(as_text=True)
    assert styles.count("@font-face") == styles.count("font-display: swap")
    proxy = (ROOT / "docs" / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    packed = re.search(r"gzip_types ([^;]+);", proxy)
    assert packed is not None
    assert {*packed[1].split()} == {*PACKED}
    assert f"location ~ ^{PACKED_PATHS.pattern} {{" in proxy
    assert proxy.count("listen 443 ssl http2") == proxy.count("listen 443")
    assert "gzip on;" in proxy
    assert "gzip_comp_level" not in proxy
