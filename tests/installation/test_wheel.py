"""A wheel holds the whole product: installed elsewhere, under an awkward path, it runs in both languages."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.kit.waiting import free_port, listening, wait_for
from tests.paths import DOCS, ROOT

pytestmark = pytest.mark.slow

# What a new user's folder may be called; alembic, for one, reads % in paths.
AWKWARD = "nơi mới 50% & 100%25"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built from a copy of the files that are kept and of those that set-up made."""
    source, target = tmp_path_factory.mktemp("source") / "checkout", tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns(
        ".git", ".venv", "node_modules", "var", "build", "__pycache__", "*.egg-info", ".*_cache"
    )
    shutil.copytree(ROOT, source, ignore=ignored, symlinks=True)
    (source / "web" / "static" / "vendor" / ".installed").touch()
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(target), str(source)], check=True, timeout=300)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `tongdai` of an environment of its own, into which only the wheel was installed.

    The libraries are those of the running environment, so that nothing is fetched; SpiffWorkflow, which reads files
    beside itself by their address, lies in the awkward folder too.
    """
    home = tmp_path_factory.mktemp("installed") / AWKWARD
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    (packages,) = home.glob("lib/python*/site-packages")
    install = [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), "install", "--quiet"]
    subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True, timeout=300)
    shutil.copytree(Path(sysconfig.get_path("purelib")) / "SpiffWorkflow", packages / "SpiffWorkflow")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home / "bin" / "tongdai"


def run(command: Path, *arguments: str, var: Path) -> subprocess.CompletedProcess[str]:
    """The command run outside any checkout, with nothing in its environment but where its data go."""
    environ = {"TONGDAI_VAR": str(var), "PATH": os.defpath, "PYTHONUTF8": "1"}
    return subprocess.run(
        [str(command), *arguments], cwd=var, env=environ, capture_output=True, text=True, timeout=300, check=False
    )


def test_the_wheel_has_everything_that_a_checkout_has(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    kept = subprocess.run(
        ["git", "ls-files", "alembic", "workflows", "forms/*.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = {f"engine/data/shipped/{name}" for name in kept.stdout.split() if not name.endswith("README.md")}
    assert expected - names == set()
    assert {
        "engine/translation/en/LC_MESSAGES/messages.mo",
        "web/static/vendor/studio.js",
        "web/static/vendor/bpmn-js.css",
        "web/templates/base.html",
    } <= names
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "alembic/", "web/frontend"))]


def test_the_version_is_the_distributions(installation: Path, tmp_path: Path) -> None:
    done = run(installation, "--version", var=tmp_path)
    assert re.fullmatch(r"tongdai, version \d+\.\d+\.\d+\n", done.stdout), done.stderr


@pytest.fixture(scope="module")
def deployed(
    installation: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A folder of data that the installed program has migrated and deployed into, and what it said of that."""
    var = tmp_path_factory.mktemp("var")
    assert run(installation, "migrate", var=var).returncode == 0
    return var, run(installation, "deploy", "-m", "first", var=var)


def test_the_shipped_deployment_is_checked_and_deployed_without_a_checkout(
    deployed: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _var, done = deployed
    assert (done.returncode, done.stdout, done.stderr) == (0, "Bản triển khai 1.\n", "")


def image_command(step: str) -> list[str]:
    """The words of a step of the container file that is written as a list."""
    text = (DOCS / "deploy" / "Containerfile").read_text(encoding="utf-8")
    (words,) = re.findall(rf"^{step} (\[.*\])$", text, flags=re.MULTILINE)
    return [str(word) for word in json.loads(words)]


def is_healthy(command: Path, port: int) -> bool:
    """What the image's own check of its health says, run by the installation's Python."""
    program, *words = [word.replace(":8022/", f":{port}/") for word in image_command("HEALTHCHECK CMD")]
    environ = {"PATH": f"{command.parent}{os.pathsep}{os.defpath}", "PYTHONUTF8": "1"}
    found = shutil.which(program, path=environ["PATH"])
    assert found == str(command.parent / "python")
    return subprocess.run([found, *words], env=environ, capture_output=True, timeout=300, check=False).returncode == 0


@contextmanager
def served(command: Path, var: Path, language: str) -> Iterator[int]:
    """Pages and worker as two containers of the image start them, until the block ends; yields the pages' port."""
    port, metrics = free_port(), free_port()
    own = {"TONGDAI_VAR": str(var), "TONGDAI_PORT": str(port), "TONGDAI_LANGUAGE": language}
    environ = {**own, "TONGDAI_METRICS_PORT": str(metrics), "PATH": os.defpath, "PYTHONUTF8": "1"}
    assert image_command("ENTRYPOINT") == [command.name]
    with (var / "log").open("wb") as log:
        processes = [
            subprocess.Popen([str(command), *words], cwd=var, env=environ, stderr=log)
            for words in (image_command("CMD"), ["worker"])
        ]
    try:
        wait_for(lambda: (listening(port) and listening(metrics)) or any(one.poll() is not None for one in processes))
        yield port
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(300) for process in processes]
    assert codes == [0, 0], (var / "log").read_text(encoding="utf-8")


class Visitor:
    """Somebody with a browser that keeps its cookies."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def fetch(self, address: str, **form: str) -> str:
        """A page's text, after sending a form if there is one."""
        data = urlencode(form).encode() if form else None
        with self._opener.open(address, data, timeout=300) as answer:
            return str(answer.read().decode("utf-8"))

    def token(self, page: str) -> str:
        """What the forms of a page carry."""
        (token,) = re.findall(r'name="csrf-token" content="([^"]+)"', page)
        return str(token)


def test_an_installation_started_as_an_image_starts_it_is_healthy_ready_and_speaks_both_languages(
    installation: Path, deployed: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    with served(installation, deployed[0], "en") as port:
        address, visitor = f"http://127.0.0.1:{port}", Visitor()
        assert is_healthy(installation, port)
        assert json.loads(visitor.fetch(f"{address}/readyz")) == {"database": True, "schema": True, "deployment": True}
        page, script = (visitor.fetch(f"{address}/{name}") for name in ("sign-in", "static/vendor/studio.js"))
        chosen = {"csrf_token": visitor.token(page), "language": "vi", "next": "/sign-in"}
        vietnamese = visitor.fetch(f"{address}/language", **chosen)
    assert not is_healthy(installation, port)
    for language, words, shown in (("en", "Sign in", page), ("vi", "Đăng nhập", vietnamese)):
        assert f'<html lang="{language}"' in shown
        assert words in shown
    assert len(script) > 100_000
