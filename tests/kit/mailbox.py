"""A real mailbox: Dovecot (Debian's dovecot-imapd) in a folder of its own, without TLS, on a free port."""

from __future__ import annotations

import imaplib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.config.environment import MailServer
from tests.kit.waiting import free_port, listening, wait_for

PROGRAM = "/usr/sbin/dovecot"
USER, PASSWORD = "tongdai", "a-password-for-tests"
_NO_ROOT = "" if os.geteuid() == 0 else "only root may start Dovecot with users of its own"
# Why there can be no mailbox here; what reads mails is tested without one as well.
MISSING = (
    _NO_ROOT if Path(PROGRAM).exists() else "the real mailbox needs Debian's dovecot-imapd, which is not installed"
)
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
log_path = {folder}/log
mail_location = maildir:{folder}/mail
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@contextmanager
def mailbox_server() -> Iterator[MailServer]:
    """A running server with one empty mailbox."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", "nobody", "nogroup")
    port = free_port()
    configuration = folder / "dovecot.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, password=PASSWORD), "utf-8")
    server = MailServer("imap", "127.0.0.1", port, USER, PASSWORD)
    process = subprocess.Popen([PROGRAM, "-F", "-c", str(configuration)])
    try:
        wait_for(lambda: listening(port))
        yield server
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def put_mails(server: MailServer, mails: list[bytes]) -> None:
    """Put unread mails into the mailbox."""
    with imaplib.IMAP4(server.host, server.port) as box:
        box.login(server.user, server.password)
        for mail in mails:
            box.append("INBOX", "", "", mail)
