"""The examples in docs/deploy are not prose: nginx runs the proxy file, systemd checks the units, the image is read."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.kit.site import Site
from tests.kit.waiting import free_port, listening, wait_for
from tests.paths import DOCS, ROOT
from web.serve import in_thread

DEPLOY = DOCS / "deploy"
# Debian keeps servers where only root looks.
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin") or "nginx"
NO_SYSTEMD = "only systemd itself can say whether it accepts a unit, and this machine has none"
UNITS = ("tongdai-web.service", "tongdai-worker.service")


def unit_settings(name: str) -> dict[str, str]:
    """The last value of each setting of a unit file."""
    lines = (DEPLOY / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason=NO_SYSTEMD)
@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_the_units(name: str, tmp_path: Path) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8").replace("/opt/tongdai/bin/tongdai", sys.executable)
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True, check=False
    )
    complaints = [line for line in done.stderr.splitlines() if name in line]
    assert complaints == []


@pytest.mark.slow
@pytest.mark.parametrize("name", UNITS)
def test_the_units_start_commands_that_there_are(name: str) -> None:
    program, command = shlex.split(unit_settings(name)["ExecStart"])
    assert program.endswith("/bin/tongdai")
    help_text = subprocess.run(
        [sys.executable, "-c", "from web.entry import main; main()", command, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Usage" in help_text.stdout


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """Where the real server answers."""
    with in_thread(site.app) as address:
        yield address


@pytest.fixture
def proxy(address: str, tmp_path: Path) -> Iterator[tuple[int, ssl.SSLContext]]:
    """The port of a real nginx with the shipped file before a real server, and what trusts its certificate."""
    authority, port, plain = trustme.CA(), free_port(), free_port()
    authority.issue_cert("1022.tinh.gov.vn", "localhost").private_key_and_cert_chain_pem.write_to_path(
        tmp_path / "both.pem"
    )
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for before, after in (
        ("127.0.0.1:8022", address.removeprefix("http://")),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/etc/ssl/tongdai/fullchain.pem", str(tmp_path / "both.pem")),
        ("/etc/ssl/tongdai/key.pem", str(tmp_path / "both.pem")),
    ):
        assert before in text
        text = text.replace(before, after)
    text = re.sub(r"listen \[::\].*\n", "\n", text)
    frame = f"daemon off; error_log {tmp_path}/error.log; pid {tmp_path}/pid; events {{}}\n"
    paths = " ".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(f"{frame}http {{ access_log off; {paths}\n{text}\n}}\n", encoding="utf-8")
    process = subprocess.Popen([NGINX, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path), "-e", "stderr"])
    context = ssl.create_default_context()
    authority.configure_trust(context)
    try:
        wait_for(lambda: listening(port) or process.poll() is not None)
        yield port, context
    finally:
        process.terminate()
        process.wait(300)


def test_a_real_nginx_serves_the_pages_over_https_and_hides_the_metrics(proxy: tuple[int, ssl.SSLContext]) -> None:
    port, context = proxy
    with urllib.request.urlopen(f"https://localhost:{port}/sign-in", timeout=300, context=context) as answer:
        assert answer.status == 200
        assert "1022" in answer.read().decode("utf-8")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"https://localhost:{port}/metrics", timeout=300, context=context)
    with refusal.value as answer:
        assert answer.code == 404


def test_the_image_copies_what_there_is_and_starts_a_command_that_there_is() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = [line.split(None, 1) for line in text.splitlines() if line and not line.startswith("#")]
    assert [step for step, _rest in steps if step == "FROM"] == ["FROM", "FROM"]
    for step, rest in steps:
        if step == "RUN":
            subprocess.run(["sh", "-n", "-c", rest], check=True)
    assert dict(steps)["ENTRYPOINT"] == '["tongdai"]'
    assert dict(steps)["CMD"] == '["web"]'
    assert (ROOT / "constraints.txt").is_file()
