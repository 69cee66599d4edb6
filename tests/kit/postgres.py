"""A PostgreSQL server of the tests' own, in a temporary folder, gone when the test run is gone.

`url_for_run` starts one server per run, whatever the number of workers, when the first test asks. The server outlives
the worker that asked, so a watching process (this file run as a program) waits for the end of the whole run, also a
killed one, and clears up. `running` gives a test that breaks its server one for itself.
"""

from __future__ import annotations

import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.kit.waiting import free_port
from tests.paths import ROOT

USERS = ("postgres", "nobody")
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
ALWAYS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "autovacuum=off", "jit=off")


class NoServer(Exception):
    """The tests cannot have a PostgreSQL server; the message says why."""


@dataclass(frozen=True)
class Server:
    """A running server and the folder that holds all of it."""

    folder: Path
    port: int
    more: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """URL of the database that is always there; others are made from it."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def start(self, *, durable: bool = False) -> None:
        """Start the server and wait until it answers; `durable` keeps fsync and synchronous commits."""
        settings = (f"port={self.port}", *ALWAYS, *(() if durable else FAST), *self.more)
        options = " ".join(f"-c {setting}" for setting in settings)
        log = self.folder / "log"
        try:
            _run(self.folder, "pg_ctl", "start", "-w", "-D", "data", "-l", str(log), "-o", options)
        except NoServer as error:
            raise NoServer(f"{error}\n{log.read_text() if log.exists() else ''}") from error

    def stop(self) -> None:
        """Stop the server at once, without tidying up, as a lost machine would."""
        _run(self.folder, "pg_ctl", "stop", "-w", "-D", "data", "-m", "immediate")

    def promote(self) -> None:
        """Make a standby the primary."""
        _run(self.folder, "pg_ctl", "promote", "-w", "-D", "data")


def create(*, durable: bool = False) -> Server:
    """A new running server in a new folder of the system's temporary folder; `destroy` takes both away."""
    server = Server(Path(tempfile.mkdtemp(prefix="hotline-postgres-")), free_port())
    try:
        owner = _unprivileged()
        if owner:
            os.chown(server.folder, owner["user"], owner["group"])
        layout = ("-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        _run(server.folder, "initdb", *layout)
        server.start(durable=durable)
    except BaseException:
        destroy(server)
        raise
    return server


@contextmanager
def standby_of(primary: Server) -> Iterator[Server]:
    """A running standby that confirms every commit of `primary` from now on."""
    server = Server(Path(tempfile.mkdtemp(prefix="hotline-postgres-")), free_port())
    try:
        owner = _unprivileged()
        if owner:
            os.chown(server.folder, owner["user"], owner["group"])
        where = ("-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres")
        _run(server.folder, "pg_basebackup", "-D", "data", *where, "-R", "-X", "stream", "-c", "fast")
        server.start(durable=True)
        with psycopg.connect(primary.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
        yield server
    finally:
        destroy(server)


def destroy(server: Server) -> None:
    """Stop `server`, if it still runs, and delete its folder."""
    if (server.folder / "data" / "postmaster.pid").exists():
        server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A server for one test alone, which may stop and start it."""
    server = create(durable=durable)
    try:
        yield server
    finally:
        destroy(server)


def url_for_run(run: int) -> str:
    """URL of a new server that lives until the process `run` ends."""
    command = [sys.executable, "-m", "tests.kit.postgres", str(run)]
    # In a session of its own, Ctrl-C does not reach it: it sees that the run has ended, whatever it was doing.
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as watcher:
        url, reason = watcher.communicate()
    if watcher.returncode:
        raise NoServer(reason.strip())
    return url.strip()


def _unprivileged() -> dict[str, Any]:
    """For root, which PostgreSQL refuses: the user to run its programs as."""
    if os.geteuid() != 0:
        return {}
    known = [entry for entry in pwd.getpwall() if entry.pw_name in USERS]
    if not known:
        raise NoServer(f"None of the users {' and '.join(USERS)} exists to run PostgreSQL for root.")
    entry = min(known, key=lambda entry: USERS.index(entry.pw_name))
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _program(name: str) -> str:
    """The newest installed PostgreSQL's program; Debian keeps them off the PATH."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    found = str(newest) if newest else shutil.which(name)
    if found is None:
        raise NoServer("The tests need PostgreSQL's server programs: apt-get install postgresql")
    return found


def _run(folder: Path, name: str, *arguments: str) -> None:
    with tempfile.TemporaryFile() as output:  # The server would keep a pipe open, and waiting for its end never end.
        done = subprocess.run(
            [_program(name), *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
            **_unprivileged(),
        )
        output.seek(0)
        if done.returncode:
            raise NoServer(f"{name} failed: {output.read().decode(errors='replace').strip()}")


def _watch(run: int) -> None:
    """Start a server, tell its URL, and go on in the background until the process `run` ends."""
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit())
    process = os.pidfd_open(run)
    server = create()
    try:
        sys.stdout.write(server.url)
        sys.stdout.flush()
        if os.fork():
            os._exit(0)  # Whoever asked has the answer; the child stays.
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        select.select([process], [], [])
    finally:
        destroy(server)


if __name__ == "__main__":
    try:
        _watch(int(sys.argv[1]))
    except NoServer as reason:
        sys.exit(str(reason))
