"""What a browser hears over the channel, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from tests.kit.site import Browser

NET = 120  # Seconds; what is awaited comes at once.


class EventReader:
    """The events of one stream, read one by one."""

    def __init__(self, response: HTTPResponse) -> None:
        self.response = response

    def next(self) -> str:
        """The next event's data; "" when the stream has ended."""
        for line in iter(self.response.readline, b""):
            if line.startswith(b"data: "):
                return line[6:].strip().decode()
        return ""


def open_stream(address: str, browser: Browser | None = None) -> AbstractContextManager[EventReader]:
    """Open the channel of a served site with a visitor's session."""
    return stream_over(HTTPConnection("127.0.0.1", urlsplit(address).port, timeout=NET), browser)


@contextmanager
def stream_over(connection: HTTPConnection, browser: Browser | None) -> Iterator[EventReader]:
    """Open the channel over a connection."""
    cookie: Any = browser.client.get_cookie("tongdai") if browser is not None else None
    headers = {"Sec-Fetch-Dest": "empty", **({"Cookie": f"tongdai={cookie.value}"} if cookie else {})}
    connection.request("GET", "/live", headers=headers)
    response = connection.getresponse()
    try:
        yield EventReader(response)
    finally:
        response.close()
        connection.close()
