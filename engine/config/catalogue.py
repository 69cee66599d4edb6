"""The one list of settings: names, defaults and allowed values.

`engine.config.environment` reads them; docs/reference/settings.md repeats them.
"""

from __future__ import annotations

from dataclasses import dataclass

MIN_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """What an administrator has to know of one variable. `default` is the text that would have the same effect."""

    name: str
    default: str
    allowed: str
    meaning: str


SETTINGS = (
    SettingSpec(
        "TONGDAI_VAR",
        "var",
        "a folder",
        "Folder of everything the program writes: the SQLite database, the key of cookies, exported anchors.",
    ),
    SettingSpec(
        "TONGDAI_DATABASE",
        "sqlite:///var/tongdai.sqlite3",
        "sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME",
        "The database. Without it, a SQLite file in TONGDAI_VAR.",
    ),
    SettingSpec(
        "TONGDAI_PROVINCE",
        "three_level",
        "three_level or two_level",
        "Whether districts stand between the province and its communes.",
    ),
    SettingSpec("TONGDAI_LANGUAGE", "vi", "vi or en", "Language of pages, mails and command output."),
    SettingSpec(
        "TONGDAI_CHASE_CAP",
        "10",
        "a whole number from 1 to 60",
        "How many daily reminders a chase task gets before they stop.",
    ),
    SettingSpec(
        "TONGDAI_TIMER_ATTEMPTS",
        "5",
        "a whole number from 1 to 100",
        "How often a failing timer is tried before it becomes an incident on the case.",
    ),
    SettingSpec(
        "TONGDAI_ANCHOR_KEY",
        "",
        f"a secret of at least {MIN_KEY_LENGTH} characters",
        "Secret that signs the daily anchor of the history. Without it anchors cannot be made or checked.",
    ),
    SettingSpec(
        "TONGDAI_ANCHOR_KEY_FILE",
        "",
        f"a file with a secret of at least {MIN_KEY_LENGTH} characters, and no TONGDAI_ANCHOR_KEY",
        "The same secret in a file, so that it does not show in the environment.",
    ),
    SettingSpec("TONGDAI_HOST", "127.0.0.1", "an address of this machine", "Where the web server listens."),
    SettingSpec("TONGDAI_PORT", "8022", "a whole number from 1 to 65535", "The port of the web server."),
    SettingSpec(
        "TONGDAI_PROXIES",
        "0",
        "a whole number from 0 to 5",
        "How many reverse proxies stand before the web server; with at least one, cookies are sent over HTTPS only.",
    ),
    SettingSpec(
        "TONGDAI_SECRET_KEY",
        "",
        f"a secret of at least {MIN_KEY_LENGTH} characters",
        "Secret that signs the cookies, the same on all nodes. Without it one is made in TONGDAI_VAR.",
    ),
    SettingSpec(
        "TONGDAI_SECRET_KEY_FILE",
        "",
        f"a file with a secret of at least {MIN_KEY_LENGTH} characters, and no TONGDAI_SECRET_KEY",
        "The same secret in a file, so that it does not show in the environment.",
    ),
    SettingSpec(
        "TONGDAI_SITE", "http://127.0.0.1:8022", "http:// or https:// and a host", "Where links in mails lead to."
    ),
    SettingSpec(
        "TONGDAI_SMTP",
        "",
        "smtp://HOST:PORT, smtp+starttls://HOST:PORT or smtps://HOST:PORT, with USER@ before the host where it asks",
        "The mail server. Without it, mails wait in the outbox.",
    ),
    SettingSpec("TONGDAI_SMTP_PASSWORD", "", "a text", "The password at the mail server."),
    SettingSpec(
        "TONGDAI_SMTP_PASSWORD_FILE",
        "",
        "a file with the password, and no TONGDAI_SMTP_PASSWORD",
        "The same password in a file, so that it does not show in the environment.",
    ),
    SettingSpec("TONGDAI_MAIL_FROM", "Tổng đài 1022 <tongdai1022@localhost>", "NAME <ADDRESS>", "The sender of mails."),
    SettingSpec(
        "TONGDAI_MAILS_PER_HOUR",
        "10",
        "a whole number from 1 to 1000",
        "How many notices one person gets as single mails within an hour; more become one digest.",
    ),
    SettingSpec(
        "TONGDAI_SMS",
        "",
        "http:// or https:// and the rest of an address",
        "The gateway that sends text messages to citizens without e-mail. Without it they get none.",
    ),
    SettingSpec(
        "TONGDAI_SMS_KEY", "", f"a secret of at least {MIN_KEY_LENGTH} characters", "Signs requests to TONGDAI_SMS."
    ),
    SettingSpec(
        "TONGDAI_SMS_KEY_FILE",
        "",
        f"a file with a secret of at least {MIN_KEY_LENGTH} characters, and no TONGDAI_SMS_KEY",
        "The same secret in a file, so that it does not show in the environment.",
    ),
    SettingSpec(
        "TONGDAI_WEBHOOK",
        "",
        "http:// or https:// and the rest of an address",
        "Another system that is told of every notice, without personal data.",
    ),
    SettingSpec(
        "TONGDAI_WEBHOOK_KEY",
        "",
        f"a secret of at least {MIN_KEY_LENGTH} characters",
        "Signs requests to TONGDAI_WEBHOOK.",
    ),
    SettingSpec(
        "TONGDAI_WEBHOOK_KEY_FILE",
        "",
        f"a file with a secret of at least {MIN_KEY_LENGTH} characters, and no TONGDAI_WEBHOOK_KEY",
        "The same secret in a file, so that it does not show in the environment.",
    ),
    SettingSpec("TONGDAI_LOG", "json", "json or text", "How servers and workers write their log on standard error."),
    SettingSpec(
        "TONGDAI_METRICS_PORT",
        "0",
        "a whole number from 0 to 65535",
        "Where `tongdai worker` answers /metrics on TONGDAI_HOST; 0: nowhere.",
    ),
    SettingSpec(
        "TONGDAI_METRICS_KEY",
        "",
        f"a secret of at least {MIN_KEY_LENGTH} characters",
        "Bearer token for /metrics of the pages. Without it only this machine may ask.",
    ),
    SettingSpec(
        "TONGDAI_METRICS_KEY_FILE",
        "",
        f"a file with a secret of at least {MIN_KEY_LENGTH} characters, and no TONGDAI_METRICS_KEY",
        "The same secret in a file, so that it does not show in the environment.",
    ),
    SettingSpec(
        "TONGDAI_RETENTION_DAYS",
        "1825",
        "a whole number from 30 to 36500",
        "How many days after the end of a case its citizen's personal data is kept.",
    ),
)
SETTING_BY_NAME = {setting.name: setting for setting in SETTINGS}
