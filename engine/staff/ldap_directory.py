"""Asks an LDAP directory (OpenLDAP, Active Directory …) whether a login and a password belong together, and to whom.

An optional part: python-ldap needs system libraries, so the package is only imported where a directory is set up. The
directory is asked in the name of the officer alone; the program has no account there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from threading import BoundedSemaphore
from typing import Any

from engine.config.environment import DirectoryServer
from engine.errors import BadSetting, EngineError, Overloaded
from engine.staff import claim_table
from engine.staff.claim_table import ClaimTable
from engine.staff.external_identities import LONGEST_SUBJECT, ExternalPerson

SECONDS = 5  # For each question to the directory.
AT_ONCE = 2  # Of the server's threads wait for the directory at most; a slow one must not stop the pages.
_IDS = ("entryUUID", "objectGUID")  # What stays when somebody is renamed or moved: OpenLDAP, Active Directory.


class DirectoryAway(EngineError):
    """The directory does not answer, or refuses to be asked."""

    default_rule = "directory-away"


class LdapDirectory:
    """The directory of this installation, with its table of roles, which is read once.

    Raises BadInput when the table cannot be read, BadSetting when python-ldap is not installed.
    """

    def __init__(self, server: DirectoryServer) -> None:
        self._server = server
        self._table: ClaimTable = claim_table.read_claim_table(server.roles)
        self._turns = BoundedSemaphore(AT_ONCE)
        try:
            self._ldap: Any = import_module("ldap")
            self._filter: Any = import_module("ldap.filter")
            self._dn: Any = import_module("ldap.dn")
        except ImportError as error:
            raise BadSetting("ldap-not-installed", name="TONGDAI_LDAP") from error

    def identify_person(self, login: str, password: str) -> ExternalPerson | None:
        """Who has this login and password there; None for nobody. Raises DirectoryAway, Overloaded.

        An empty password would be taken for no question at all, and answered with yes (RFC 4513, 5.1.2).
        """
        if not login or not password or "\0" in login + password:
            return None
        with self._asked() as connection:
            try:
                connection.simple_bind_s(self._bind_name(login), password)
            except self._ldap.INVALID_CREDENTIALS:
                return None
            entry = self._find_entry(connection, login)
        return None if entry is None else self._describe_person(login, *entry)

    def _bind_name(self, login: str) -> str:
        """The name that the officer signs in with there: a distinguished name, or one with @ (Active Directory)."""
        is_dn = "=" in self._server.bind
        return self._server.bind.replace("{login}", self._dn.escape_dn_chars(login) if is_dn else login)

    def _find_entry(self, connection: Any, login: str) -> tuple[str, Mapping[str, list[bytes]]] | None:
        """The one entry of the officer; two would be a table that means two people."""
        condition = self._server.filter.replace("{login}", self._filter.escape_filter_chars(login))
        scope, attributes = self._ldap.SCOPE_SUBTREE, ["*", "memberOf", *_IDS]
        rows = connection.search_ext_s(self._server.base, scope, condition, attributes, timeout=SECONDS, sizelimit=2)
        entries = [(dn, values) for dn, values in rows if dn]  # Without a name: references to other directories.
        return entries[0] if len(entries) == 1 else None

    def _describe_person(self, login: str, dn: str, values: Mapping[str, list[bytes]]) -> ExternalPerson:
        claims = {name: list(_readable_texts(raw)) for name, raw in values.items()}
        subject = next((values[name][0].hex() for name in _IDS if values.get(name)), dn)
        if len(subject) > LONGEST_SUBJECT:  # Cut short, it might be somebody else's.
            subject = hashlib.sha256(subject.encode()).hexdigest()
        name = _first_text(claims, "displayName") or _first_text(claims, "cn") or login
        posts = self._table.list_posts(claims)
        email = _first_text(claims, "mail")
        return ExternalPerson(self._server.url, subject, login[:40], name[:100], email, posts)

    @contextmanager
    def _asked(self) -> Iterator[Any]:
        """A connection that is protected; what goes wrong with it becomes an error of ours."""
        if not self._turns.acquire(blocking=False):
            raise Overloaded
        try:
            connection = self._connect()
            try:
                yield connection
            finally:
                connection.unbind_ext_s()
        except self._ldap.LDAPError as error:
            raise DirectoryAway from error
        finally:
            self._turns.release()

    def _connect(self) -> Any:
        connection = self._ldap.initialize(self._server.url)
        options = {
            "OPT_NETWORK_TIMEOUT": SECONDS,
            "OPT_TIMEOUT": SECONDS,
            "OPT_REFERRALS": 0,
            "OPT_X_TLS_REQUIRE_CERT": self._ldap.OPT_X_TLS_DEMAND,
        }
        if self._server.authority is not None:
            options["OPT_X_TLS_CACERTFILE"] = str(self._server.authority)
        for name, value in options.items():
            connection.set_option(getattr(self._ldap, name), value)
        connection.set_option(self._ldap.OPT_X_TLS_NEWCTX, 0)  # The options above count from here on.
        if self._server.url.startswith("ldap://"):
            connection.start_tls_s()
        return connection


def _readable_texts(raw: list[bytes]) -> Iterator[str]:
    for value in raw:
        try:
            yield value.decode("utf-8")
        except UnicodeDecodeError:  # A picture or a key; no role follows from it.
            continue


def _first_text(claims: Mapping[str, list[str]], name: str) -> str:
    return next(iter(claims.get(name, ())), "").strip()
