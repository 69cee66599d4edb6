"""The one list of settings: names, defaults and allowed values.

docs/reference/settings.md repeats them.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.translation.catalogue import N_

MIN_KEY_LENGTH = 32  # As the texts below say.


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """What an administrator needs to know about one variable. `default` is the text that would have the same effect.

    `allowed` is shown when a value is refused, in the reader's language; `meaning` appears only in the documentation.
    """

    name: str
    default: str
    allowed: str
    meaning: str


SETTINGS = (
    SettingSpec(
        "TONGDAI_VAR",
        "var",
        N_("một thư mục"),
        "Folder of everything the program writes: the SQLite database, keys of cookies and anchors, exported anchors.",
    ),
    SettingSpec(
        "TONGDAI_DATABASE",
        "sqlite:///var/tongdai.sqlite3",
        N_("sqlite:///TỆP hoặc postgresql://NGƯỜI_DÙNG:MẬT_KHẨU@MÁY:CỔNG/TÊN"),
        "The database. Without it, a SQLite file in TONGDAI_VAR.",
    ),
    SettingSpec(
        "TONGDAI_PROVINCE",
        "dong_nai_2021",
        N_("dong_nai_2021, dong_nai_2025 hoặc đường dẫn một thư mục có province.yaml"),
        "The province that `tongdai demo` and `tongdai province load` set up: one of the program's own, or a folder.",
    ),
    SettingSpec("TONGDAI_LANGUAGE", "vi", N_("vi hoặc en"), "Language of pages, mails and command output."),
    SettingSpec(
        "TONGDAI_CHASE_CAP",
        "10",
        N_("một số nguyên từ 1 đến 60"),
        "How many daily reminders a chase task gets before they stop.",
    ),
    SettingSpec(
        "TONGDAI_TIMER_ATTEMPTS",
        "5",
        N_("một số nguyên từ 1 đến 100"),
        "How often a failing timer is tried before it becomes an incident on the case.",
    ),
    SettingSpec(
        "TONGDAI_ANCHOR_KEY",
        "",
        N_("một chuỗi bí mật có ít nhất 32 ký tự"),
        "Secret that signs the daily anchor of the history. Without it one is made in TONGDAI_VAR.",
    ),
    SettingSpec(
        "TONGDAI_ANCHOR_KEY_FILE",
        "",
        N_("một tệp chứa chuỗi bí mật có ít nhất 32 ký tự, và không đặt TONGDAI_ANCHOR_KEY"),
        "The same secret in a file, so that it does not show in the environment.",
    ),
    SettingSpec(
        "TONGDAI_ANCHOR_FOLDER",
        "",
        N_("một thư mục"),
        "A second place for the daily anchor: a folder that lies on another machine. Without it none is copied.",
    ),
    SettingSpec(
        "TONGDAI_ANCHOR_MAIL",
        "",
        N_("một địa chỉ thư điện tử"),
        "A second place for the daily anchor: an auditor's address, reached through TONGDAI_SMTP.",
    ),
    SettingSpec("TONGDAI_HOST", "127.0.0.1", N_("một địa chỉ của máy này"), "Where the web server listens."),
    SettingSpec("TONGDAI_PORT", "8022", N_("một số nguyên từ 1 đến 65535"), "The port of the web server."),
    SettingSpec(
        "TONGDAI_PROXIES",
        "0",
        N_("một số nguyên từ 0 đến 5"),
        "How many reverse proxies stand before the web server; with at least one, cookies are sent over HTTPS only.",
    ),
    SettingSpec(
        "TONGDAI_PROXY_ADDRESS",
        "127.0.0.1",
        N_("một địa chỉ IP, hoặc * khi chỉ máy chủ ủy nhiệm vào được cổng này"),
        "The address from which the nearest reverse proxy connects. What others claim in X-Forwarded-* is ignored.",
    ),
    SettingSpec(
        "TONGDAI_SECRET_KEY",
        "",
        N_("một chuỗi bí mật có ít nhất 32 ký tự"),
        "Secret of the cookies and of citizens' tracking keys, the same on all nodes. Without it one is made in "
        "TONGDAI_VAR; with another one every key stops working.",
    ),
    SettingSpec(
        "TONGDAI_SECRET_KEY_FILE",
        "",
        N_("một tệp chứa chuỗi bí mật có ít nhất 32 ký tự, và không đặt TONGDAI_SECRET_KEY"),
        "The same secret in a file, so that it does not show in the environment.",
    ),
    SettingSpec(
        "TONGDAI_SITE",
        "http://127.0.0.1:8022",
        N_("http:// hoặc https:// và tên máy chủ"),
        "Where links and the identity provider lead back to, and the host of passkeys. Without it, this machine.",
    ),
    SettingSpec(
        "TONGDAI_SMTP",
        "",
        N_(
            "smtp://MÁY:CỔNG, smtp+starttls://MÁY:CỔNG hoặc smtps://MÁY:CỔNG, "
            "thêm NGƯỜI_DÙNG@ trước tên máy nếu máy chủ hỏi"
        ),
        "The mail server. Without it, mails wait in the outbox.",
    ),
    SettingSpec("TONGDAI_SMTP_PASSWORD", "", N_("một văn bản"), "The password at the mail server."),
    SettingSpec(
        "TONGDAI_SMTP_PASSWORD_FILE",
        "",
        N_("một tệp chứa mật khẩu, và không đặt TONGDAI_SMTP_PASSWORD"),
        "The same password in a file, so that it does not show in the environment.",
    ),
    SettingSpec(
        "TONGDAI_MAIL_FROM", "Tổng đài 1022 <tongdai1022@localhost>", N_("TÊN <ĐỊA CHỈ>"), "The sender of mails."
    ),
    SettingSpec(
        "TONGDAI_MAILS_PER_HOUR",
        "10",
        N_("một số nguyên từ 1 đến 1000"),
        "How many notices one person gets as single mails within an hour; more become one digest.",
    ),
    SettingSpec(
        "TONGDAI_OIDC",
        "",
        N_("https:// và phần còn lại của địa chỉ; http:// chỉ cho máy này"),
        "The issuer of an OpenID Connect provider whose people may sign in. Without it there are passwords alone.",
    ),
    SettingSpec("TONGDAI_OIDC_CLIENT", "", N_("tên mà máy chủ danh tính biết hệ thống này"), "Our name there."),
    SettingSpec("TONGDAI_OIDC_SECRET", "", N_("chuỗi bí mật mà máy chủ danh tính đã cấp"), "What proves us there."),
    SettingSpec(
        "TONGDAI_OIDC_SECRET_FILE",
        "",
        N_("một tệp chứa chuỗi bí mật đã cấp, và không đặt TONGDAI_OIDC_SECRET"),
        "The same secret in a file, so that it does not show in the environment.",
    ),
    SettingSpec(
        "TONGDAI_OIDC_ROLES",
        "",
        N_("một tệp CSV với các cột claim,value,unit,role"),
        "The table from claims to units and roles; how-to/identity-provider.md explains it.",
    ),
    SettingSpec(
        "TONGDAI_LDAP",
        "",
        N_("ldaps://MÁY hoặc ldap://MÁY; với ldap:// đường truyền được mã hóa bằng STARTTLS"),
        "A directory whose people may sign in; needs the extra `ldap` of the package. Without it there is none.",
    ),
    SettingSpec(
        "TONGDAI_LDAP_BIND",
        "",
        N_("tên để đăng nhập vào máy chủ thư mục, có {login}"),
        "How a login becomes the name to sign in with there: uid={login},ou=people,dc=tinh or {login}@tinh.local.",
    ),
    SettingSpec("TONGDAI_LDAP_BASE", "", N_("nhánh của thư mục có các cán bộ"), "Where entries of officers are."),
    SettingSpec(
        "TONGDAI_LDAP_FILTER",
        "(uid={login})",
        N_("điều kiện LDAP có {login}"),
        "Which entry is the officer's. Active Directory: (sAMAccountName={login}).",
    ),
    SettingSpec(
        "TONGDAI_LDAP_ROLES",
        "",
        N_("một tệp CSV với các cột claim,value,unit,role"),
        "The table from attributes to units and roles, as for TONGDAI_OIDC_ROLES.",
    ),
    SettingSpec(
        "TONGDAI_LDAP_CA",
        "",
        N_("một tệp chứng thư PEM"),
        "Who may vouch for the directory's certificate. Without it, those whom the system trusts.",
    ),
    SettingSpec(
        "TONGDAI_SMS",
        "",
        N_("http:// hoặc https:// và phần còn lại của địa chỉ"),
        "The gateway that sends text messages to citizens without e-mail. Without it they get none.",
    ),
    SettingSpec("TONGDAI_SMS_KEY", "", N_("một chuỗi bí mật có ít nhất 32 ký tự"), "Signs requests to TONGDAI_SMS."),
    SettingSpec(
        "TONGDAI_SMS_KEY_FILE",
        "",
        N_("một tệp chứa chuỗi bí mật có ít nhất 32 ký tự, và không đặt TONGDAI_SMS_KEY"),
        "The same secret in a file, so that it does not show in the environment.",
    ),
    SettingSpec(
        "TONGDAI_PUSH",
        "",
        N_("tên các máy chủ, cách nhau bằng dấu cách; *.TÊN là mọi máy chủ dưới tên đó"),
        "The push services of browsers that may carry notices of urgent work to officers without an open page. Without "
        "it there are none.",
    ),
    SettingSpec(
        "TONGDAI_TILES",
        "",
        N_("một tệp MBTiles chứa ảnh (PNG, JPEG hoặc WebP)"),
        "Map tiles that the province brings, drawn under the borders of communes. Without it, borders alone.",
    ),
    SettingSpec(
        "TONGDAI_WEBHOOK",
        "",
        N_("http:// hoặc https:// và phần còn lại của địa chỉ"),
        "Another system that is told of every notice, without personal data.",
    ),
    SettingSpec(
        "TONGDAI_WEBHOOK_KEY",
        "",
        N_("một chuỗi bí mật có ít nhất 32 ký tự"),
        "Signs requests to TONGDAI_WEBHOOK.",
    ),
    SettingSpec(
        "TONGDAI_WEBHOOK_KEY_FILE",
        "",
        N_("một tệp chứa chuỗi bí mật có ít nhất 32 ký tự, và không đặt TONGDAI_WEBHOOK_KEY"),
        "The same secret in a file, so that it does not show in the environment.",
    ),
    SettingSpec(
        "TONGDAI_WEBHOOK_HOSTS",
        "",
        N_("tên các máy chủ, cách nhau bằng dấu cách; *.TÊN là mọi máy chủ dưới tên đó"),
        "Hosts of the province's own network that webhooks of administrators may reach, also without HTTPS. Without it "
        "webhooks reach public addresses over HTTPS alone.",
    ),
    SettingSpec(
        "TONGDAI_OPEN311",
        "keys",
        N_("off, keys hoặc public"),
        "Who may list and read reports over Open311, without anything personal: nobody, since there is no such "
        "interface; systems with a key; or everybody. Filing always takes a key.",
    ),
    SettingSpec(
        "TONGDAI_PUBLIC_FIGURES",
        "off",
        N_("on hoặc off"),
        "Whether /cong-khai shows everybody the month's figures by field, unit and month, without small ones.",
    ),
    SettingSpec(
        "TONGDAI_MAILBOX",
        "",
        N_("imaps://NGƯỜI_DÙNG@MÁY:CỔNG hoặc imap+starttls://NGƯỜI_DÙNG@MÁY:CỔNG; imap:// chỉ trong máy này"),
        "The mailbox whose new mails are kept for operators, each once. Without it no mail is read.",
    ),
    SettingSpec("TONGDAI_MAILBOX_PASSWORD", "", N_("một văn bản"), "The password of the mailbox."),
    SettingSpec(
        "TONGDAI_MAILBOX_PASSWORD_FILE",
        "",
        N_("một tệp chứa mật khẩu, và không đặt TONGDAI_MAILBOX_PASSWORD"),
        "The same password in a file, so that it does not show in the environment.",
    ),
    SettingSpec(
        "TONGDAI_CHANNELS_KEY",
        "",
        N_("một chuỗi bí mật có ít nhất 32 ký tự"),
        "The key with which gateways sign the messages of citizens that they deliver at /channels/. Without it there "
        "is no such door.",
    ),
    SettingSpec(
        "TONGDAI_CHANNELS_KEY_FILE",
        "",
        N_("một tệp chứa chuỗi bí mật có ít nhất 32 ký tự, và không đặt TONGDAI_CHANNELS_KEY"),
        "The same secret in a file, so that it does not show in the environment.",
    ),
    SettingSpec(
        "TONGDAI_LOG", "json", N_("json hoặc text"), "How servers and workers write their log on standard error."
    ),
    SettingSpec(
        "TONGDAI_METRICS_PORT",
        "0",
        N_("một số nguyên từ 0 đến 65535"),
        "Where `tongdai worker` answers /metrics on TONGDAI_HOST; 0: nowhere.",
    ),
    SettingSpec(
        "TONGDAI_METRICS_KEY",
        "",
        N_("một chuỗi bí mật có ít nhất 32 ký tự"),
        "Bearer token for /metrics of the pages. Without it only this machine may ask.",
    ),
    SettingSpec(
        "TONGDAI_METRICS_KEY_FILE",
        "",
        N_("một tệp chứa chuỗi bí mật có ít nhất 32 ký tự, và không đặt TONGDAI_METRICS_KEY"),
        "The same secret in a file, so that it does not show in the environment.",
    ),
    SettingSpec(
        "TONGDAI_RETENTION_DAYS",
        "1825",
        N_("một số nguyên từ 30 đến 36500"),
        "How many days after the end of a case its citizen's personal data is kept.",
    ),
)
SETTING_BY_NAME = {setting.name: setting for setting in SETTINGS}
