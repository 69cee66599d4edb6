"""Promises of the commands about figures: they compare, say what differs, mend it, and measure."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import update

from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Spell
from tests.kit.site import Site
from web.cli import main


def test_a_difference_is_an_exit_code_and_can_be_mended(site: Site, tmp_path: Path) -> None:
    def tongdai(*words: str) -> Result:
        settings = {"TONGDAI_DATABASE": str(site.engine.url), "TONGDAI_VAR": str(tmp_path), "TONGDAI_LANGUAGE": "en"}
        return CliRunner().invoke(main, words, env=settings)

    filed = site.file()
    assert "The figures of 1 cases agree" in tongdai("figures", "check").output
    with transaction(site.engine) as tx:
        tx.write().execute(update(table_of(Spell)).values(unit="75"))
    wrong = tongdai("figures", "check")
    assert wrong.exit_code == 1
    assert "1 of 1 cases and 0 sums differ" in wrong.output
    assert filed.code in wrong.output
    assert "1 cases were counted" in tongdai("figures", "rebuild").output
    assert tongdai("figures", "check").exit_code == 0
    assert "appendix, last year" in tongdai("bench-figures", "--rounds", "3").output
