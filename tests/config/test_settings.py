"""Settings: what the environment may say, what is refused, and that the documentation lists exactly this."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.catalogue import MIN_KEY_LENGTH, SETTING_BY_NAME, SETTINGS
from engine.config.environment import IdentityProvider, MailServer, Settings, SignedEndpoint, load_settings
from engine.errors import BadSetting
from engine.translation.catalogue import translate
from engine.translation.wording import say
from tests.paths import DOCS

DOCUMENT = DOCS / "reference" / "settings.md"
KEY = "0123456789abcdef0123456789abcdef"
DIRECTORY = {
    "TONGDAI_LDAP": "ldaps://dc1.tinh.local",
    "TONGDAI_LDAP_BIND": "{login}@tinh.local",
    "TONGDAI_LDAP_BASE": "OU=CanBo,DC=tinh,DC=local",
    "TONGDAI_LDAP_ROLES": "/srv/roles.csv",
}
PROVIDER = {
    "TONGDAI_OIDC": "https://sso.dongnai.example/realms/tinh/",
    "TONGDAI_OIDC_CLIENT": "tongdai",
    "TONGDAI_OIDC_SECRET": "bí mật ngắn",
    "TONGDAI_OIDC_ROLES": "/srv/roles.csv",
}

EVERYTHING = {
    "TONGDAI_VAR": "/srv/hotline",
    "TONGDAI_DATABASE": "postgresql+psycopg://hotline@db/hotline",
    "TONGDAI_PROVINCE": "dong_nai_2025",
    "TONGDAI_LANGUAGE": "en",
    "TONGDAI_CHASE_CAP": "60",
    "TONGDAI_TIMER_ATTEMPTS": "1",
    "TONGDAI_ANCHOR_KEY": KEY,
    "TONGDAI_ANCHOR_FOLDER": "/mnt/other",
    "TONGDAI_ANCHOR_MAIL": "auditor@example.org",
    "TONGDAI_HOST": "0.0.0.0",
    "TONGDAI_PORT": "80",
    "TONGDAI_PROXIES": "1",
    "TONGDAI_PROXY_ADDRESS": "10.0.0.2",
    "TONGDAI_SECRET_KEY": KEY,
    "TONGDAI_SITE": "https://1022.dongnai.example/",
    "TONGDAI_SMTP": "smtps://to%40ng@mail.example",
    "TONGDAI_SMTP_PASSWORD": "mật khẩu",
    "TONGDAI_MAIL_FROM": "1022 <hotline@example.org>",
    "TONGDAI_MAILS_PER_HOUR": "3",
    **PROVIDER,
    **DIRECTORY,
    "TONGDAI_SMS": "https://sms.example/send?v=1",
    "TONGDAI_SMS_KEY": KEY,
    "TONGDAI_WEBHOOK": "http://portal.example/hook",
    "TONGDAI_WEBHOOK_KEY": KEY,
    "TONGDAI_TILES": "tiles.mbtiles",
    "TONGDAI_PUSH": "push.example *.notify.example",
    "TONGDAI_WEBHOOK_HOSTS": "hook.example",
    "TONGDAI_OPEN311": "public",
    "TONGDAI_PUBLIC_FIGURES": "on",
    "TONGDAI_CHANNELS_KEY": KEY,
    "TONGDAI_MAILBOX": "imaps://nguoi.dan@mail.example",
    "TONGDAI_MAILBOX_PASSWORD": "mật khẩu",
    "TONGDAI_LOG": "text",
    "TONGDAI_METRICS_PORT": "9022",
    "TONGDAI_METRICS_KEY": KEY,
    "TONGDAI_RETENTION_DAYS": "365",
    "PATH": "/usr/bin",
}


def test_an_empty_environment_gives_the_defaults() -> None:
    assert load_settings({}) == Settings(
        var=Path("var"),
        database="sqlite:///var/tongdai.sqlite3",
        province="dong_nai_2021",
        language="vi",
        chase_cap=10,
        timer_attempts=5,
        anchor_key=None,
        anchor_folder=None,
        anchor_mail="",
        host="127.0.0.1",
        port=8022,
        proxies=0,
        proxy_address="127.0.0.1",
        secret_key=None,
        site="http://127.0.0.1:8022",
        smtp=None,
        mailbox=None,
        mail_from="Tổng đài 1022 <tongdai1022@localhost>",
        mails_per_hour=10,
        oidc=None,
        ldap=None,
        sms=None,
        webhook=None,
        webhook_hosts=(),
        push_hosts=(),
        tiles=None,
        open311="keys",
        public_figures=False,
        channels_key=None,
        log="json",
        metrics_port=0,
        metrics_key=None,
        retention_days=1825,
    )


def test_the_documented_defaults_say_what_absence_says() -> None:
    assert load_settings({setting.name: setting.default for setting in SETTINGS}) == load_settings({})


def test_without_an_address_links_lead_to_the_port_of_this_machine() -> None:
    assert load_settings({"TONGDAI_PORT": "9000"}).site == "http://127.0.0.1:9000"


def test_every_field_can_be_set() -> None:
    settings = load_settings(EVERYTHING)
    default = load_settings({})
    assert settings.chase_cap == 60
    assert settings.site == "https://1022.dongnai.example"
    assert settings.smtp == MailServer("smtps", "mail.example", 465, "to@ng", "mật khẩu")
    assert settings.mailbox == MailServer("imaps", "mail.example", 993, "nguoi.dan", "mật khẩu")
    assert settings.sms == SignedEndpoint("https://sms.example/send?v=1", KEY.encode())
    assert [f.name for f in fields(Settings) if getattr(settings, f.name) == getattr(default, f.name)] == []


def test_an_identity_provider_is_set_whole_and_over_https_or_not_at_all() -> None:
    issuer = "https://sso.dongnai.example/realms/tinh"
    expected = IdentityProvider(issuer, "tongdai", "bí mật ngắn", Path("/srv/roles.csv"))
    assert load_settings(PROVIDER).oidc == expected
    assert "bí mật" not in repr(expected)
    for left_out in PROVIDER:
        with pytest.raises(BadSetting, match=f"this is missing: {left_out}"):
            load_settings({name: value for name, value in PROVIDER.items() if name != left_out})
    assert load_settings({**PROVIDER, "TONGDAI_OIDC": "http://127.0.0.1:9400"}).oidc is not None
    for address in ("http://sso.dongnai.example", "https://sso.dongnai.example/?tenant=1", "sso.dongnai.example"):
        with pytest.raises(BadSetting, match="TONGDAI_OIDC"):
            load_settings({**PROVIDER, "TONGDAI_OIDC": address})


def test_a_directory_is_set_whole_and_names_where_the_login_goes() -> None:
    more = {"TONGDAI_LDAP_FILTER": "(sAMAccountName={login})", "TONGDAI_LDAP_CA": "/etc/ssl/tinh.pem"}
    server = load_settings({**DIRECTORY, **more}).ldap
    assert server is not None
    assert (server.filter, server.authority) == ("(sAMAccountName={login})", Path("/etc/ssl/tinh.pem"))
    for left_out in DIRECTORY:
        with pytest.raises(BadSetting, match=f"this is missing: {left_out}"):
            load_settings({name: value for name, value in DIRECTORY.items() if name != left_out})
    for name, value in (("", "http://dc1"), ("", "ldaps://dc1/x"), ("_BIND", "uid=lan"), ("_FILTER", "(uid=lan)")):
        with pytest.raises(BadSetting, match="TONGDAI_LDAP"):
            load_settings({**DIRECTORY, f"TONGDAI_LDAP{name}": value})


def test_the_document_lists_every_setting_as_the_program_knows_it() -> None:
    rows = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    documented = [tuple(cell.strip(" `") for cell in row.strip("|").split("|")) for row in rows]
    assert documented == [(s.name, s.default, translate(s.allowed, "en"), s.meaning) for s in SETTINGS]


def test_without_a_database_a_file_in_the_var_folder_is_used() -> None:
    assert load_settings({"TONGDAI_VAR": "/srv/hotline"}).database == "sqlite:////srv/hotline/tongdai.sqlite3"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg_and_keeps_the_rest(scheme: str) -> None:
    url = load_settings({"TONGDAI_DATABASE": f"{scheme}://hotline:p%40ss@db:5433/hotline?connect_timeout=3"}).database
    assert url == "postgresql+psycopg://hotline:p%40ss@db:5433/hotline?connect_timeout=3"


def test_a_standby_is_named_by_a_second_host() -> None:
    rest = "hotline:secret@/hotline?host=one%3A5432&host=two%3A5432&target_session_attrs=read-write"
    assert load_settings({"TONGDAI_DATABASE": f"postgresql://{rest}"}).database == f"postgresql+psycopg://{rest}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TONGDAI_CHASE_CAP", "0"),
        ("TONGDAI_CHASE_CAP", "61"),
        ("TONGDAI_CHASE_CAP", "-3"),
        ("TONGDAI_CHASE_CAP", "ten"),
        ("TONGDAI_CHASE_CAP", "٣"),
        ("TONGDAI_CHASE_CAP", "1.5"),
        ("TONGDAI_TIMER_ATTEMPTS", "0"),
        ("TONGDAI_TIMER_ATTEMPTS", "101"),
        ("TONGDAI_LANGUAGE", "VI"),
        ("TONGDAI_DATABASE", "mysql://db/hotline"),
        ("TONGDAI_DATABASE", "postgresql+asyncpg://db/hotline"),
        ("TONGDAI_DATABASE", "sqlite://"),
        ("TONGDAI_DATABASE", "sqlite:///:memory:"),
        ("TONGDAI_ANCHOR_KEY_FILE", "/does/not/exist"),
        ("TONGDAI_MAIL_FROM", "nobody"),
        ("TONGDAI_LOG", "xml"),
    ],
)
def test_a_bad_value_is_refused_naming_variable_value_and_what_is_allowed(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        load_settings({name: value})
    message, allowed = str(refused.value), SETTING_BY_NAME[name].allowed
    assert message.startswith(f"{name} is {value!r}")
    assert translate(allowed, "en") in message
    assert (name in say(refused.value, "vi"), allowed in say(refused.value, "vi")) == (True, True)


@pytest.mark.parametrize("url", ["secret", "postgresql://hotline:secret@db:port/x", "mysql://hotline:secret@db/x"])
def test_a_refused_database_does_not_tell_its_password(url: str) -> None:
    with pytest.raises(BadSetting, match="TONGDAI_DATABASE is") as refused:
        load_settings({"TONGDAI_DATABASE": url})
    assert "secret" not in str(refused.value)


def test_secrets_are_not_shown_when_settings_are_printed() -> None:
    settings = load_settings({"TONGDAI_DATABASE": "postgresql://hotline:secret@db/x", "TONGDAI_ANCHOR_KEY": KEY})
    assert "secret" not in repr(settings)
    assert KEY not in repr(settings)


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("TONGDAI_CHASE_CAPS", "TONGDAI_CHASE_CAP"),
        ("TONGDAI_DATABSE", "TONGDAI_DATABASE"),
        ("TONGDAI_ANCHOR_KEYFILE", "TONGDAI_ANCHOR_KEY_FILE"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(typo: str, meant: str) -> None:
    with pytest.raises(BadSetting, match=f"{typo} is not a setting; did you mean {meant}"):
        load_settings({typo: "1"})


def test_the_anchor_key_can_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n", encoding="utf-8")
    assert load_settings({"TONGDAI_ANCHOR_KEY_FILE": str(file)}).anchor_key == KEY.encode()


def test_the_texts_of_secrets_name_the_shortest_length() -> None:
    secrets = [setting for setting in SETTINGS if "KEY" in setting.name]
    assert secrets
    for setting in secrets:
        assert f" {MIN_KEY_LENGTH} " in setting.allowed
        assert f" {MIN_KEY_LENGTH} " in translate(setting.allowed, "en")


def test_a_short_key_is_refused_without_showing_it(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("hunter2", encoding="utf-8")
    for environ in ({"TONGDAI_ANCHOR_KEY": "hunter2"}, {"TONGDAI_ANCHOR_KEY_FILE": str(file)}):
        with pytest.raises(BadSetting, match=r"7 characters; allowed: .* 32 characters") as refused:
            load_settings(environ)
        assert "hunter2" not in str(refused.value)


def test_two_sources_of_the_key_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"TONGDAI_ANCHOR_KEY_FILE is .* and no TONGDAI_ANCHOR_KEY"):
        load_settings({"TONGDAI_ANCHOR_KEY": KEY, "TONGDAI_ANCHOR_KEY_FILE": str(tmp_path)})


def test_a_key_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"\xff\xfe" * 40)
    with pytest.raises(BadSetting, match="cannot be read"):
        load_settings({"TONGDAI_ANCHOR_KEY_FILE": str(file)})


@given(
    st.sampled_from(sorted(SETTING_BY_NAME)), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
)
def test_any_text_is_either_used_or_refused_by_name(name: str, value: str) -> None:
    assert outcome(name, value).startswith(("used", name))


def outcome(name: str, value: str) -> str:
    """What `load` says of the value: "used", or why not."""
    try:
        load_settings({name: value})
    except BadSetting as refused:
        return str(refused)
    return "used"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TONGDAI_SITE", "1022.dongnai.example"),
        ("TONGDAI_SITE", "ftp://1022.example"),
        ("TONGDAI_SMTP", "mail.example"),
        ("TONGDAI_SMTP", "smtp://u:secret@mail.example"),
        ("TONGDAI_SMTP", "smtp://mail.example:port"),
        ("TONGDAI_SMTP", "http://mail.example"),
        ("TONGDAI_SMTP", "smtp://[::1"),
    ],
)
def test_a_bad_address_is_refused_without_showing_what_may_be_a_password(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name} is not .*not shown.*allowed: ") as refused:
        load_settings({name: value})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["TONGDAI_SMS", "TONGDAI_WEBHOOK"])
def test_a_gateway_and_its_key_come_together(name: str) -> None:
    with pytest.raises(BadSetting, match=f"{name}_KEY is not set"):
        load_settings({name: "https://gateway.example"})
    with pytest.raises(BadSetting, match=f"{name} is not set, although its key is"):
        load_settings({f"{name}_KEY": KEY})


@pytest.mark.parametrize("wrong", ["127.0.0.1", "localhost", "https://push.example", "push.example:8443", "*", "a b.c"])
def test_only_names_of_hosts_are_push_services(wrong: str) -> None:
    assert load_settings({"TONGDAI_PUSH": "*.Push.example  b.c"}).push_hosts == ("*.push.example", "b.c")
    with pytest.raises(BadSetting, match="TONGDAI_PUSH"):
        load_settings({"TONGDAI_PUSH": wrong})
