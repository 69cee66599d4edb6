"""Settings from the environment, read once at a boundary and passed on. Everybody may import the type; only the
command line, the worker and the web application call `load`.

`SETTINGS` is the one list of names, defaults and allowed values; docs/reference/settings.md repeats it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from engine.errors import BadSetting

PREFIX = "TONGDAI_"
PROVINCES = ("three_level", "two_level")
LANGUAGES = ("vi", "en")
SHORTEST_KEY = 32


@dataclass(frozen=True, slots=True)
class Setting:
    """What an administrator has to know of one variable. `default` is the text that would have the same effect."""

    name: str
    default: str
    allowed: str
    meaning: str


SETTINGS = (
    Setting(
        "TONGDAI_VAR",
        "var",
        "a folder",
        "Folder of everything the program writes: the SQLite database, attachments, exported anchors.",
    ),
    Setting(
        "TONGDAI_DATABASE",
        "sqlite:///var/tongdai.sqlite3",
        "sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME",
        "The database. Without it, a SQLite file in TONGDAI_VAR.",
    ),
    Setting(
        "TONGDAI_PROVINCE",
        "three_level",
        "three_level or two_level",
        "Whether districts stand between the province and its communes.",
    ),
    Setting("TONGDAI_LANGUAGE", "vi", "vi or en", "Language of pages, mails and command output."),
    Setting(
        "TONGDAI_CHASE_CAP",
        "10",
        "a whole number from 1 to 60",
        "How many daily reminders a chase task gets before they stop.",
    ),
    Setting(
        "TONGDAI_TIMER_ATTEMPTS",
        "5",
        "a whole number from 1 to 100",
        "How often a failing timer is tried before it becomes an incident on the case.",
    ),
    Setting(
        "TONGDAI_ANCHOR_KEY",
        "",
        f"a secret of at least {SHORTEST_KEY} characters",
        "Secret that signs the daily anchor of the history. Without it anchors cannot be made or checked.",
    ),
    Setting(
        "TONGDAI_ANCHOR_KEY_FILE",
        "",
        f"a file with a secret of at least {SHORTEST_KEY} characters, and no TONGDAI_ANCHOR_KEY",
        "The same secret in a file, so that it does not show in the environment.",
    ),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run. Secrets stay out of `repr`."""

    var: Path
    database: str = field(repr=False)
    province: str
    language: str
    chase_cap: int
    timer_attempts: int
    anchor_key: bytes | None = field(repr=False)


def load(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` asks for; an empty variable counts as absent.

    Raises BadSetting, naming the variable, its value and what is allowed, or a name that is no setting.
    """
    _refuse_unknown(environ)
    var = Path(_text(environ, "TONGDAI_VAR"))
    return Settings(
        var=var,
        database=_database(environ, var),
        province=_one_of(environ, "TONGDAI_PROVINCE", PROVINCES),
        language=_one_of(environ, "TONGDAI_LANGUAGE", LANGUAGES),
        chase_cap=_whole(environ, "TONGDAI_CHASE_CAP", 1, 60),
        timer_attempts=_whole(environ, "TONGDAI_TIMER_ATTEMPTS", 1, 100),
        anchor_key=_anchor_key(environ),
    )


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in BY_NAME:
            near = get_close_matches(name, BY_NAME, n=1, cutoff=0)
            raise BadSetting(f"{name} is not a setting; did you mean {near[0]}?")


def _text(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip() or BY_NAME[name].default


def _refuse(name: str, shown: str) -> BadSetting:
    return BadSetting(f"{name} is {shown}; allowed: {BY_NAME[name].allowed}.")


def _one_of(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = _text(environ, name)
    if value not in choices:
        raise _refuse(name, repr(value))
    return value


def _whole(environ: Mapping[str, str], name: str, least: int, most: int) -> int:
    value = _text(environ, name)
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise _refuse(name, repr(value))
    return int(value)


def _database(environ: Mapping[str, str], var: Path) -> str:
    name = "TONGDAI_DATABASE"
    text = environ.get(name, "").strip()
    if not text:
        return f"sqlite:///{var / 'tongdai.sqlite3'}"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        # What cannot be parsed may still hold a password, so none of it is repeated.
        raise _refuse(name, "not a URL (its text is not shown)") from error
    known = _known_driver(url)
    if known is None:
        raise _refuse(name, repr(url.render_as_string(hide_password=True) if url.password else text))
    return known.render_as_string(hide_password=False)


def _known_driver(url: URL) -> URL | None:
    """`url` with the driver that the program uses, None for a database that it does not know."""
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    # A database in memory would be another one for every connection.
    in_file = url.database not in (None, "", ":memory:")
    return url if url.drivername == "sqlite" and in_file else None


def _anchor_key(environ: Mapping[str, str]) -> bytes | None:
    key, file = environ.get("TONGDAI_ANCHOR_KEY", ""), environ.get("TONGDAI_ANCHOR_KEY_FILE", "").strip()
    if key and file:
        raise _refuse("TONGDAI_ANCHOR_KEY_FILE", repr(file))
    if file:
        return _long_enough("TONGDAI_ANCHOR_KEY_FILE", _content(file), f"{file!r}, which holds")
    return _long_enough("TONGDAI_ANCHOR_KEY", key, "not shown; it has") if key else None


def _content(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refuse("TONGDAI_ANCHOR_KEY_FILE", f"{file!r}, which cannot be read") from error


def _long_enough(name: str, key: str, shown: str) -> bytes:
    key = key.strip()
    if len(key) < SHORTEST_KEY:
        raise _refuse(name, f"{shown} {len(key)} characters")
    return key.encode()
