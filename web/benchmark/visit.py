"""An officer's session without a browser: a keep-alive connection, a cookie, the CSRF token."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http.client import HTTPConnection
from urllib.parse import urlencode

from engine.replay import demo_accounts

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
_FORM = "application/x-www-form-urlencoded"


class BrowserVisit:
    """A signed-in session; uses the demonstration password unless another one is given."""

    def __init__(self, port: int, login: str, password: str = demo_accounts.PASSWORD) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._read_token("/sign-in")
        self.send_request("POST", "/sign-in", {"login": login, "password": password})
        self._read_token("/password")

    def _read_token(self, address: str) -> None:
        match = _TOKEN.search(self.send_request("GET", address)[1])
        if match is None:
            raise RuntimeError(f"{address} carries no token.")
        self._token = match.group(1)

    def send_request(self, method: str, address: str, form: Mapping[str, object] | None = None) -> tuple[int, str]:
        """Request a page or submit a form; returns the status and the page."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, "Content-Type": _FORM}
        body = urlencode({**form, "csrf_token": self._token}) if form is not None else None
        self._connection.request(method, address, body, headers)
        response = self._connection.getresponse()
        content = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return response.status, content

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
