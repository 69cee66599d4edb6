"""Settings from the environment, read once at a boundary and passed on.

`engine.config.catalogue` has the names, defaults and allowed values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from engine.config.catalogue import MIN_KEY_LENGTH, SETTING_BY_NAME
from engine.errors import BadSetting
from engine.translation.catalogue import LANGUAGES, Language
from engine.translation.wording import Term

PREFIX = "TONGDAI_"
LOG_FORMATS = ("json", "text")
OPEN311_CLOSED, OPEN311_WITH_KEYS, OPEN311_PUBLIC = "off", "keys", "public"
OPEN311_CHOICES = (OPEN311_CLOSED, OPEN311_WITH_KEYS, OPEN311_PUBLIC)
MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
MAILBOX_PORTS = {"imap": 143, "imap+starttls": 143, "imaps": 993}
_ADDRESS = re.compile(r"[^@\s<>\x00-\x1f]+@[^@\s<>\x00-\x1f]+")
_HOST = re.compile(r"(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]*")
ChoiceT = TypeVar("ChoiceT", bound=str)


@dataclass(frozen=True, slots=True)
class MailServer:
    """How to reach a server of mails; `security` is "smtp" or "imap" (none), "…+starttls", "smtps" or "imaps"."""

    security: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SignedEndpoint:
    """Another system that accepts signed requests over HTTP."""

    url: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """An OpenID Connect provider: its issuer, what we are called and prove ourselves with there, the table of roles."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    roles: Path


@dataclass(frozen=True, slots=True)
class DirectoryServer:
    """An LDAP directory: how a login becomes a name there, where entries are and which is whose, the table of roles.

    `authority` vouches for its certificate, the system's authorities do without.
    """

    url: str
    bind: str
    base: str
    filter: str
    roles: Path
    authority: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run. Secrets stay out of `repr`."""

    var: Path
    database: str = field(repr=False)
    province: str
    language: Language
    chase_cap: int
    timer_attempts: int
    anchor_key: bytes | None = field(repr=False)
    anchor_folder: Path | None
    anchor_mail: str
    host: str
    port: int
    proxies: int
    proxy_address: str
    secret_key: bytes | None = field(repr=False)
    site: str
    smtp: MailServer | None
    mailbox: MailServer | None
    mail_from: str
    mails_per_hour: int
    oidc: IdentityProvider | None
    ldap: DirectoryServer | None
    sms: SignedEndpoint | None
    webhook: SignedEndpoint | None
    webhook_hosts: tuple[str, ...]
    push_hosts: tuple[str, ...]
    tiles: Path | None
    open311: str
    public_figures: bool
    channels_key: bytes | None = field(repr=False)
    log: str
    metrics_port: int
    metrics_key: bytes | None = field(repr=False)
    retention_days: int


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings given by `environ`, empty ones absent; raises BadSetting with the variable and what is allowed."""
    _refuse_unknown(environ)
    var = Path(_read_text(environ, "TONGDAI_VAR"))
    return Settings(
        var=var,
        database=_read_database_url(environ, var),
        province=_read_text(environ, "TONGDAI_PROVINCE"),
        language=_read_choice(environ, "TONGDAI_LANGUAGE", LANGUAGES),
        chase_cap=_read_integer(environ, "TONGDAI_CHASE_CAP", 1, 60),
        timer_attempts=_read_integer(environ, "TONGDAI_TIMER_ATTEMPTS", 1, 100),
        anchor_key=_read_secret(environ, "TONGDAI_ANCHOR_KEY"),
        anchor_folder=_read_path(environ, "TONGDAI_ANCHOR_FOLDER"),
        anchor_mail=_read_mail_address(environ, "TONGDAI_ANCHOR_MAIL"),
        host=_read_text(environ, "TONGDAI_HOST"),
        port=_read_integer(environ, "TONGDAI_PORT", 1, 65535),
        proxies=_read_integer(environ, "TONGDAI_PROXIES", 0, 5),
        proxy_address=_read_proxy_address(environ),
        secret_key=_read_secret(environ, "TONGDAI_SECRET_KEY"),
        site=_read_site(environ),
        smtp=_read_mail_server(environ, "TONGDAI_SMTP", MAIL_PORTS),
        mailbox=_read_mail_server(environ, "TONGDAI_MAILBOX", MAILBOX_PORTS),
        mail_from=_read_sender(environ),
        mails_per_hour=_read_integer(environ, "TONGDAI_MAILS_PER_HOUR", 1, 1000),
        oidc=_read_identity_provider(environ),
        ldap=_read_directory(environ),
        sms=_read_gateway(environ, "TONGDAI_SMS"),
        webhook=_read_gateway(environ, "TONGDAI_WEBHOOK"),
        webhook_hosts=_read_hosts(environ, "TONGDAI_WEBHOOK_HOSTS"),
        push_hosts=_read_hosts(environ, "TONGDAI_PUSH"),
        tiles=_read_path(environ, "TONGDAI_TILES"),
        open311=_read_choice(environ, "TONGDAI_OPEN311", OPEN311_CHOICES),
        public_figures=_read_choice(environ, "TONGDAI_PUBLIC_FIGURES", ("off", "on")) == "on",
        channels_key=_read_secret(environ, "TONGDAI_CHANNELS_KEY"),
        log=_read_choice(environ, "TONGDAI_LOG", LOG_FORMATS),
        metrics_port=_read_integer(environ, "TONGDAI_METRICS_PORT", 0, 65535),
        metrics_key=_read_secret(environ, "TONGDAI_METRICS_KEY"),
        retention_days=_read_integer(environ, "TONGDAI_RETENTION_DAYS", 30, 36500),
    )


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in SETTING_BY_NAME:
            near = get_close_matches(name, SETTING_BY_NAME, n=1, cutoff=0)
            raise BadSetting("setting-unknown", name=name, nearest=near[0])


def _read_text(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip() or SETTING_BY_NAME[name].default


def _bad_setting(name: str, rule: str, /, **facts: object) -> BadSetting:
    return BadSetting(rule, name=name, allowed=Term(SETTING_BY_NAME[name].allowed), **facts)


def _refused_value(name: str, value: str) -> BadSetting:
    return _bad_setting(name, "setting-refused", value=repr(value))


def _read_choice(environ: Mapping[str, str], name: str, choices: tuple[ChoiceT, ...]) -> ChoiceT:
    value = _read_text(environ, name)
    for choice in choices:
        if choice == value:
            return choice
    raise _refused_value(name, value)


def _read_integer(environ: Mapping[str, str], name: str, least: int, most: int) -> int:
    value = _read_text(environ, name)
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise _refused_value(name, value)
    return int(value)


def _read_proxy_address(environ: Mapping[str, str]) -> str:
    name = "TONGDAI_PROXY_ADDRESS"
    text = _read_text(environ, name)
    try:
        return text if text == "*" else str(ip_address(text))
    except ValueError as error:
        raise _refused_value(name, text) from error


def _read_database_url(environ: Mapping[str, str], var: Path) -> str:
    name = "TONGDAI_DATABASE"
    text = environ.get(name, "").strip()
    if not text:
        return f"sqlite:///{var / 'tongdai.sqlite3'}"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        # A value that cannot be parsed may still hold a password, so none of it is repeated.
        raise _bad_setting(name, "setting-url-unreadable") from error
    supported = _known_driver(url)
    if supported is None:
        raise _refused_value(name, url.render_as_string(hide_password=True) if url.password else text)
    return supported.render_as_string(hide_password=False)


def _known_driver(url: URL) -> URL | None:
    """`url` with the driver that the program uses; None for an unsupported database."""
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    # An in-memory database would be a different one for every connection.
    in_file = url.database not in (None, "", ":memory:")
    return url if url.drivername == "sqlite" and in_file else None


def _read_site(environ: Mapping[str, str]) -> str:
    """The address under which people know the pages; without the setting, this machine at its port."""
    name = "TONGDAI_SITE"
    if environ.get(name, "").strip():
        return _read_web_address(environ, name).rstrip("/")
    return f"http://127.0.0.1:{_read_integer(environ, 'TONGDAI_PORT', 1, 65535)}"


def _read_web_address(environ: Mapping[str, str], name: str) -> str:
    text = _read_text(environ, name)
    parts = _split_address(name, text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
        raise _bad_setting(name, "setting-address-refused")
    return text


def _read_hosts(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Names of hosts; an address made of numbers is none."""
    hosts = _read_text(environ, name).lower().split()
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise _refused_value(name, host)
    return tuple(hosts)


def _read_mail_server(environ: Mapping[str, str], name: str, ports: Mapping[str, int]) -> MailServer | None:
    """The server at NAME with the password of NAME_PASSWORD; None when it is not set."""
    text = environ.get(name, "").strip()
    if not text:
        return None
    parts = _split_address(name, text)
    has_extras = parts.password or parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in ports or not parts.hostname or has_extras:
        raise _bad_setting(name, "setting-address-refused")
    if parts.scheme == "imap" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise _bad_setting(name, "setting-address-refused")
    port = parts.port or ports[parts.scheme]
    password = _value_or_file(environ, f"{name}_PASSWORD").strip()
    return MailServer(parts.scheme, parts.hostname, port, unquote(parts.username or ""), password)


def _split_address(name: str, text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - an impossible port shows only when it is asked for.
    except ValueError as error:
        raise _bad_setting(name, "setting-address-unreadable") from error
    return parts


def _read_path(environ: Mapping[str, str], name: str) -> Path | None:
    text = _read_text(environ, name)
    return Path(text) if text else None


def _read_mail_address(environ: Mapping[str, str], name: str) -> str:
    text = _read_text(environ, name)
    if text and not _ADDRESS.fullmatch(text):
        raise _refused_value(name, text)
    return text


def _read_sender(environ: Mapping[str, str]) -> str:
    text = _read_text(environ, "TONGDAI_MAIL_FROM")
    _name, address = parseaddr(text)
    if not text.isprintable() or not _ADDRESS.fullmatch(address):
        raise _refused_value("TONGDAI_MAIL_FROM", text)
    return text


def _read_gateway(environ: Mapping[str, str], name: str) -> SignedEndpoint | None:
    """The gateway at NAME with its key, None when neither is set; raises BadSetting when one is missing."""
    key = _read_secret(environ, f"{name}_KEY")
    if not environ.get(name, "").strip():
        if key:
            raise _bad_setting(name, "setting-missing-for-key")
        return None
    if not key:
        raise _bad_setting(f"{name}_KEY", "setting-missing")
    return SignedEndpoint(_read_web_address(environ, name), key)


def _read_identity_provider(environ: Mapping[str, str]) -> IdentityProvider | None:
    """The provider, None when nothing of it is set; raises BadSetting naming what is missing."""
    name = "TONGDAI_OIDC"
    texts = {part: _read_text(environ, f"{name}{part}") for part in ("", "_CLIENT", "_ROLES")}
    texts["_SECRET"] = _value_or_file(environ, f"{name}_SECRET").strip()
    if not _are_complete(name, texts):
        return None
    issuer = _read_web_address(environ, name).rstrip("/")
    parts = urlsplit(issuer)
    if parts.query or (parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost")):
        raise _bad_setting(name, "setting-address-refused")
    return IdentityProvider(issuer, texts["_CLIENT"], texts["_SECRET"], Path(texts["_ROLES"]))


def _read_directory(environ: Mapping[str, str]) -> DirectoryServer | None:
    """The directory, None when nothing of it is set; raises BadSetting naming what is missing or cannot be."""
    name = "TONGDAI_LDAP"
    texts = {part: _read_text(environ, f"{name}{part}") for part in ("", "_BIND", "_BASE", "_ROLES")}
    authority = _read_path(environ, f"{name}_CA")
    if not _are_complete(name, texts):
        return None
    parts = urlsplit(texts[""])
    if parts.scheme not in ("ldap", "ldaps") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise _bad_setting(name, "setting-address-refused")
    pattern = _read_text(environ, f"{name}_FILTER")
    for part, text in (("_BIND", texts["_BIND"]), ("_FILTER", pattern)):
        if "{login}" not in text:
            raise _refused_value(f"{name}{part}", text)
    return DirectoryServer(texts[""], texts["_BIND"], texts["_BASE"], pattern, Path(texts["_ROLES"]), authority)


def _are_complete(name: str, texts: Mapping[str, str]) -> bool:
    """Whether all parts of a setting are given, by what follows its name; raises BadSetting when some are missing."""
    given = [f"{name}{part}" for part, text in texts.items() if text]
    if given and len(given) < len(texts):
        missing = [f"{name}{part}" for part, text in texts.items() if not text]
        raise BadSetting("setting-incomplete", name=given[0], missing=missing)
    return bool(given)


def _read_secret(environ: Mapping[str, str], name: str) -> bytes | None:
    """The secret in NAME or in the file that NAME_FILE names; None when neither is set."""
    file = environ.get(f"{name}_FILE", "").strip()
    key = _value_or_file(environ, name)
    if file:
        return _checked_secret(key, f"{name}_FILE", "setting-file-secret-short", file=repr(file))
    return _checked_secret(key, name, "setting-secret-short") if key else None


def _value_or_file(environ: Mapping[str, str], name: str) -> str:
    """The value of NAME or the content of the file that NAME_FILE names; setting both is refused."""
    in_file = f"{name}_FILE"
    text, file = environ.get(name, ""), environ.get(in_file, "").strip()
    if text and file:
        raise _refused_value(in_file, file)
    return _read_file(in_file, file) if file else text


def _read_file(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _bad_setting(name, "setting-file-unreadable", file=repr(file)) from error


def _checked_secret(key: str, name: str, rule: str, /, **facts: object) -> bytes:
    """The secret without surrounding spaces; raises BadSetting by `rule` for a short one."""
    key = key.strip()
    if len(key) < MIN_KEY_LENGTH:
        raise _bad_setting(name, rule, count=len(key), **facts)
    return key.encode()
