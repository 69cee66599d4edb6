"""A real nginx with the shipped file before a real server, for tests of what holds only behind it."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path

import trustme

from tests.kit.waiting import free_port, listening, wait_for
from tests.paths import DOCS

# Debian keeps servers where only root looks.
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin") or "nginx"
NAME = "localhost"


@dataclass(frozen=True)
class Proxy:
    """Where the proxy answers over HTTPS and over HTTP, and what trusts its certificate."""

    port: int
    plain_port: int
    context: ssl.SSLContext

    def ask(
        self, path: str, method: str = "GET", body: str = "", address: str = "127.0.0.1", **headers: str
    ) -> tuple[HTTPResponse, str]:
        """One request of the client at an address of this machine; underscores in names of headers are dashes."""
        connection = HTTPSConnection(NAME, self.port, timeout=300, context=self.context, source_address=(address, 0))
        connection.request(
            method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        packed = answer.getheader("Content-Encoding") == "gzip"
        return answer, (gzip.decompress(content) if packed else content).decode("utf-8")


@contextmanager
def running_proxy(backend: str, folder: Path) -> Iterator[Proxy]:
    """nginx with docs/deploy/nginx.conf; only names, ports and the certificate are others. `backend` is host:port."""
    authority, port, plain = trustme.CA(), free_port(), free_port()
    certificate = folder / "both.pem"
    authority.issue_cert("1022.tinh.gov.vn", NAME).private_key_and_cert_chain_pem.write_to_path(certificate)
    changes = {
        "127.0.0.1:8022": backend,
        "listen 80": f"listen 127.0.0.1:{plain}",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "server_name 1022.tinh.gov.vn;": f"server_name {NAME};",
        "/etc/ssl/tongdai/fullchain.pem": str(certificate),
        "/etc/ssl/tongdai/key.pem": str(certificate),
        "/var/log/nginx/": f"{folder}/",
    }
    (folder / "nginx.conf").write_text(_configuration(folder, changes), encoding="utf-8")
    process = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", "stderr"])
    context = ssl.create_default_context()
    authority.configure_trust(context)
    try:
        wait_for(lambda: listening(port) or process.poll() is not None)
        yield Proxy(port, plain, context)
    finally:
        process.terminate()
        process.wait(300)


def _configuration(folder: Path, changes: dict[str, str]) -> str:
    """The shipped file within what a whole configuration needs around it."""
    text = (DOCS / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    text = re.sub(r"listen \[::\].*\n", "\n", text)
    frame = f"daemon off; error_log {folder}/error.log; pid {folder}/pid; events {{}}\n"
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    return f"{frame}http {{ access_log off; {paths}\n{text}\n}}\n"
