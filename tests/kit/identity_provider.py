"""Identity providers for tests: a real one in a process of its own, and one of ours that lies as it is told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.wrappers import Request as Asked
from werkzeug.wrappers import Response as Answer

from tests.kit.waiting import free_port, listening, wait_for

CLIENT, SECRET = "tongdai", "a-secret-of-the-provider"
KEY = RSAKey.generate_key(2048, {"kid": "one"})


class _Stay(HTTPRedirectHandler):
    """Leaves redirects to the browser of the test."""

    def redirect_request(self, *_arguments: Any, **_more: Any) -> None:
        """Follow nothing."""


@contextmanager
def running_provider(claims: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """oidc-provider-mock with these people, by subject; yields its issuer."""
    port = free_port()
    users = [word for sub, more in claims.items() for word in ("--user-claims", json.dumps({"sub": sub, **more}))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--host", "127.0.0.1", *users]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(lambda: listening(port) or process.poll() is not None)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def sign_in_there(address: str, subject: str) -> str:
    """Sign in at the real provider, as its form does; returns where it sends the browser, as a path with a query."""
    request = Request(address, data=urlencode({"sub": subject}).encode())
    try:
        build_opener(_Stay).open(request)
    except OSError as answer:  # urllib's word for a redirect that nobody follows.
        target = urlsplit(answer.headers["Location"])  # type: ignore[attr-defined]
        return f"{target.path}?{target.query}"
    raise AssertionError("the provider sends nobody back")


@dataclass
class LyingProvider:
    """A provider that signs what a test makes of its claims; `claims` are what it says, before `distort` changes it."""

    issuer: str
    claims: dict[str, Any]
    distort: Callable[[dict[str, Any]], object] = lambda claims: None
    key: RSAKey = field(default_factory=lambda: KEY)
    named_issuer: str = ""
    nonces: dict[str, str] = field(default_factory=dict)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer as an OpenID Connect provider would."""
        asked = Asked(environ)
        return getattr(self, f"_{asked.path.rpartition('/')[2].replace('-', '_')}")(asked)(environ, start_response)

    def _openid_configuration(self, _asked: Asked) -> Answer:
        metadata = {
            "issuer": self.named_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        return _json_answer(metadata)

    def _keys(self, _asked: Asked) -> Answer:
        return _json_answer({"keys": [KEY.as_dict(private=False)]})

    def _token(self, asked: Asked) -> Answer:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, **self.claims}
        claims["nonce"] = self.nonces[asked.form["code"]]
        self.distort(claims)
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return _json_answer({"access_token": "x", "token_type": "Bearer", "id_token": token})

    def let_in(self, address: str) -> str:
        """What the provider's page does with somebody who signs in there: a code, and the way back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonces["code"] = query["nonce"]
        return f"{urlsplit(query['redirect_uri']).path}?{urlencode({'code': 'code', 'state': query['state']})}"


def _json_answer(content: object) -> Answer:
    return Answer(json.dumps(content), mimetype="application/json")


def location_of(page: Any) -> str:
    """Where a response sends the browser."""
    address = str(page.headers["Location"])
    assert re.match(r"https?://|/", address)
    return address
