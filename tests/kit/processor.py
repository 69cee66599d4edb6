"""What each test costs the processor: `pytest -p tests.kit.processor --processor=FILE`.

Wall time says nothing on a machine that others use too. Each test writes a line: the seconds of setting it up, of the
test, of taking it down, the PostgreSQL server's seconds meanwhile, and its name. Children count, ended or not, browsers
among them. A line whose name begins with `(` is no test: what starting and collecting took in a process of pytest, and
what this process and the server took in all. With several workers, a test's seconds of the server include what another
worker asked meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the file."""
    parser.addoption("--processor", metavar="FILE", help="write what each test costs the processor to FILE")


def pytest_configure(config: pytest.Config) -> None:
    """Measure in every process that runs tests."""
    file = config.getoption("--processor")
    if file:
        config.pluginmanager.register(Meter(Path(file).absolute()), "processor-meter")


class Meter:
    """Measures the tests of this process."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._who = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self._phases: list[float] = []
        self._server = 0.0
        self._postmaster = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what starting and collecting took."""
        self._write([own_seconds()], 0.0, f"({self._who}: start and collection of {len(session.items)} tests)")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, bool, bool]:
        """Write the line of a test."""
        self._phases, needs_server = [], item.get_closest_marker("postgresql") is not None
        before = self._server_seconds(item.config) if needs_server else 0.0
        answer = yield
        after = self._server_seconds(item.config) if needs_server else 0.0
        self._write(self._phases, after - before, item.nodeid)
        return answer

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self) -> Generator[None, None, None]:
        """Measure setting up."""
        yield from self._measured()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self) -> Generator[None, None, None]:
        """Measure the test itself."""
        yield from self._measured()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self) -> Generator[None, None, None]:
        """Measure taking down."""
        yield from self._measured()

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Note all that this process took, and its server."""
        self._write([own_seconds()], self._server_seconds(config), f"({self._who}: in all)")

    def _measured(self) -> Generator[None, None, None]:
        before = own_seconds()
        try:
            yield
        finally:
            self._phases.append(max(0.0, own_seconds() - before))  # Parts of a browser are lost when it closes.

    def _server_seconds(self, config: pytest.Config) -> float:
        if not self._postmaster:
            self._postmaster = _postmaster(config)
        return sum(_stat_seconds(process) for process in (self._postmaster, *_below(self._postmaster)) if process)

    def _write(self, phases: list[float], server: float, name: str) -> None:
        numbers = [*phases, 0.0, 0.0, 0.0][:3]
        with self._file.open("a", encoding="utf-8") as file:
            file.write("\t".join([*(f"{number:.3f}" for number in numbers), f"{server:.2f}", name]) + "\n")


def own_seconds() -> float:
    """Seconds of the processor that this process and all below it took so far."""
    times = os.times()
    below = sum(_stat_seconds(process) for process in _below(os.getpid()))
    return times.user + times.system + times.children_user + times.children_system + below


def _postmaster(config: pytest.Config) -> int:
    """The process of the run's PostgreSQL server, or 0 before it was started."""
    base = Path(config._tmp_path_factory.getbasetemp())  # type: ignore[attr-defined]
    note = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "postgres_url"
    if not note.exists():
        return 0
    port = note.read_text(encoding="utf-8").rpartition(":")[2].partition("/")[0]
    for folder in PROC.glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if f"port={port}".encode() in command and b"postgres" in command:
            return int(folder.name)
    return 0


def _below(process: int) -> Iterator[int]:
    try:
        lists = [(task / "children").read_text() for task in (PROC / str(process) / "task").iterdir()]
    except OSError:
        return
    for child in (int(word) for text in lists for word in text.split()):
        yield child
        yield from _below(child)


def _stat_seconds(process: int) -> float:
    """What a process took, with its children that ended."""
    try:
        fields = (PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) / TICKS
