"""The examples in docs/deploy are not prose: nginx runs the proxy file, systemd checks the units, the image is read."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.kit.proxy import NAME, Proxy, running_proxy
from tests.kit.site import OPERATOR, Site
from tests.kit.streams import NET, stream_over
from tests.kit.waiting import free_port
from tests.paths import DOCS, ROOT
from web.cli import main
from web.serve import in_thread

DEPLOY = DOCS / "deploy"
NO_SYSTEMD = "only systemd itself can say whether it accepts a unit, and this machine has none"
PACKED = {
    "/static/app.css": "gzip",
    "/static/form.js": "gzip",
    "/bootstrap/static/css/bootstrap.min.css": "gzip",
    "/bootstrap/static/js/bootstrap.min.js": "gzip",
    "/report": None,
}
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


@pytest.mark.parametrize("name", UNITS)
def test_the_units_start_commands_that_there_are(name: str) -> None:
    program, command = shlex.split(unit_settings(name)["ExecStart"])
    assert program.endswith("/bin/tongdai")
    assert "Usage" in CliRunner().invoke(main, [command, "--help"]).stdout


def test_a_real_nginx_serves_the_pages_over_https_hides_the_metrics_and_logs_no_key(site: Site, tmp_path: Path) -> None:
    with in_thread(site.app) as address, running_proxy(address.removeprefix("http://"), tmp_path) as proxy:
        answer, text = proxy.ask("/sign-in")
        assert (answer.status, "1022" in text) == (200, True)
        assert proxy.ask("/metrics")[0].status == 404
        assert proxy.ask("/follow/SECRET-of-a-citizen?phone=0912345678")[0].status == 404
        assert proxy.ask("/mails/SECRET-of-an-officer")[0].status == 404
        check_stream(site, proxy)
    with running_proxy(f"127.0.0.1:{free_port()}", tmp_path) as proxy:  # The program is away.
        assert proxy.ask("/follow/SECRET-of-a-citizen")[0].status == 502
    lines = (tmp_path / "tongdai.log").read_text(encoding="utf-8").splitlines()
    assert "SECRET" not in (tmp_path / "tongdai_error.log").read_text(encoding="utf-8")
    assert [line.split('"')[1] for line in lines] == [
        "GET /sign-in",
        "GET /metrics",
        "GET /follow/-",
        "GET /mails/-",
        "GET /live",
        "GET /follow/-",
    ]


def test_files_of_pages_come_packed_and_pages_with_secrets_do_not(site: Site, tmp_path: Path) -> None:
    with in_thread(site.app) as address, running_proxy(address.removeprefix("http://"), tmp_path) as proxy:
        for path, packed in PACKED.items():
            answer, text = proxy.ask(path, Accept_Encoding="gzip")
            assert (answer.status, answer.getheader("Content-Encoding")) == (200, packed)
            assert text == proxy.ask(path)[1] or path == "/report"  # Each page has a token of its own.


def check_stream(site: Site, proxy: Proxy) -> None:
    """Events pass the proxy as they come, each for itself."""
    connection = HTTPSConnection(NAME, proxy.port, timeout=NET, context=proxy.context)
    with stream_over(connection, site.browser(OPERATOR)) as stream:
        assert stream.next() == "beat"
        site.file()
        assert stream.next() == "lists"


def test_the_image_is_built_of_the_program_alone() -> None:
    first, *lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert first == "*"
    assert [name for name in sorted(kept) if not (ROOT / name).exists()] == []
    assert kept >= {"alembic", "engine", "forms", "web", "workflows", "setup.py", "pyproject.toml", "constraints.txt"}
    assert not kept & {"var", ".git", ".venv", "docs", "tests"}


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
