"""The tests' PostgreSQL server: it goes when the run goes, and one of a test's own can be cut off and come back."""

from __future__ import annotations

import subprocess
import sys

import psycopg
import pytest

from tests.kit import postgres


@pytest.mark.slow
def test_the_server_of_a_run_stops_when_the_run_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as run:
        url = postgres.url_for_run(run.pid).replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            run.kill()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT pg_sleep(60)")


@pytest.mark.slow
def test_what_was_committed_is_there_after_the_server_was_cut_off() -> None:
    with postgres.running(durable=True) as server:
        url = server.url.replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            connection.execute("CREATE TABLE kept AS SELECT 1022 AS number")
        server.stop()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        server.start(durable=True)
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (1022,)
    assert not server.folder.exists()
