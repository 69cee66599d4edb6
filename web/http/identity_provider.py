"""Asks the province's identity provider who somebody is (OpenID Connect Core 1.0, code flow with PKCE), by Authlib.

What the provider answers is believed only when its signature, issuer, audience, nonce and times hold. It may be away,
slow or lie: each is an error with a rule, nobody gets in, and nobody who is in notices. Nothing here opens a
transaction, so that a slow provider holds none open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.flask_client import OAuth
from flask import Flask
from joserfc.errors import ClaimError, JoseError

from engine.config.environment import IdentityProvider, Settings
from engine.errors import EngineError, Overloaded
from engine.staff import claim_table
from engine.staff.claim_table import ClaimTable
from engine.staff.external_identities import LONGEST_SUBJECT

NAME = "province"
SECONDS = 5  # For one question to the provider; signing in asks three.
JUST_NOW = 300  # Seconds between asking somebody who they are and vouching for it.
LEEWAY = 120  # Seconds that the clocks may differ.
AT_ONCE = 2  # Of the server's threads wait for the provider at most; a slow one must not stop the pages.
_TIMES = frozenset({"exp", "iat", "nbf"})
# What a provider says when it has asked for two factors (RFC 8176).
_TWO_FACTORS = frozenset({"mfa"})


class ProviderAway(EngineError):
    """The identity provider does not answer, or not with what OpenID Connect asks for."""

    default_rule = "provider-away"


class ProviderRefused(EngineError):
    """The identity provider's answer cannot be believed, or is that it does not vouch."""

    default_rule = "provider-refused"


class ProviderClient:
    """The identity provider of this installation, with its table of roles, which is read once.

    Raises BadInput when the table cannot be read.
    """

    def __init__(self, app: Flask, provider: IdentityProvider) -> None:
        self.issuer = provider.issuer
        self.table: ClaimTable = claim_table.read_claim_table(provider.roles)
        self._turns = BoundedSemaphore(AT_ONCE)
        self._client: Any = OAuth(app).register(
            NAME,
            client_id=provider.client,
            client_secret=provider.secret,
            server_metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
            },
        )

    def begin_sign_in(self, return_to: str, *, anew: bool = False) -> Any:
        """A redirect to the provider, which sends the visitor back to `return_to`; raises ProviderAway.

        With `anew` it has to ask who they are although they are signed in there.
        """
        with self._asked():
            self._check_metadata()
            more = {"prompt": "login", "max_age": 0} if anew else {}
            return self._client.authorize_redirect(return_to, **more)

    def finish_sign_in(self) -> Mapping[str, object]:
        """The claims of whoever has come back with this request; raises ProviderAway or ProviderRefused.

        Each redirect can be come back from once, in the browser that was sent.
        """
        with self._asked():
            self._check_metadata()
            token = self._client.authorize_access_token(leeway=LEEWAY)
            claims = token.get("userinfo")
        subject = claims.get("sub") if claims else None
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
            raise ProviderRefused  # Cut short, it might be somebody else's.
        return dict(claims)

    def _check_metadata(self) -> None:
        """What is found at the issuer's address must speak for the issuer (OpenID Connect Discovery 1.0, 4.3)."""
        metadata = self._client.load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != self.issuer:
            raise ProviderRefused("provider-other-issuer", issuer=self.issuer)

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Ask the provider, in turn; what goes wrong there becomes an error of ours."""
        if not self._turns.acquire(blocking=False):
            raise Overloaded
        try:
            yield
        except requests.RequestException as error:
            raise ProviderAway from error
        except ClaimError as error:
            if error.claim in _TIMES:
                raise ProviderRefused("provider-clock", minutes=LEEWAY // 60) from error
            raise ProviderRefused from error
        except MismatchingStateError as error:
            raise ProviderRefused("provider-begin-again") from error
        except (AuthlibBaseError, JoseError) as error:
            raise ProviderRefused from error
        except (KeyError, RuntimeError, TypeError, ValueError) as error:  # It answers, but no OpenID Connect.
            raise ProviderAway from error
        finally:
            self._turns.release()


def connect_provider(app: Flask, settings: Settings) -> ProviderClient | None:
    """The client of the identity provider that the settings name, if any."""
    return ProviderClient(app, settings.oidc) if settings.oidc else None


def has_asked_just_now(claims: Mapping[str, object]) -> bool:
    """Whether the provider says that it has asked for this answer, right before (OpenID Connect Core 1.0, 3.1.2.1)."""
    asked_at, made_at = claims.get("auth_time"), claims.get("iat")
    if not isinstance(asked_at, int | float) or not isinstance(made_at, int | float):
        return False
    return made_at - asked_at <= JUST_NOW


def has_asked_twice(claims: Mapping[str, object]) -> bool:
    """Whether the provider says that it has asked for two factors."""
    methods = claims.get("amr")
    return isinstance(methods, list) and not _TWO_FACTORS.isdisjoint(str(method) for method in methods)
