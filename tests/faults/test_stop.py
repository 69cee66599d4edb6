"""Asked to stop, a process ends by itself and says that all is well."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.store.db import transaction
from tests.faults.farm import Farm
from tests.faults.test_kills import environment
from tests.kit.record import differences
from tests.kit.site import Site
from tests.kit.waiting import free_port, listening, wait_for

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_asked_to_stop_it_finishes_what_it_has_in_hand(site: Site, tmp_path: Path, command: str) -> None:
    site.file()
    port, metrics = free_port(), free_port()
    wanted = {**environment(str(site.engine.url), tmp_path, port, free_port()), "TONGDAI_METRICS_PORT": str(metrics)}
    with Farm(wanted, tmp_path / "log") as farm:
        farm.start(command, command)
        wait_for(lambda: listening(metrics if command == "worker" else port))
        code, log = farm.stop(command), farm.log.read_text(encoding="utf-8")
    assert code == 0, log
    assert "Traceback" not in log
    with transaction(site.engine) as tx:
        assert differences(tx) == []
