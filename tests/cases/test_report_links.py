"""Reports that hang on one another: chains to the main one, and opinions counted beside that of its own citizen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from engine.cases import joined_reports, report_links
from engine.cases.report_links import MERGED, REPEAT
from engine.errors import Stale
from engine.process import spells
from engine.statistics import check
from engine.store.db import transaction
from engine.store.models import Instance, Spell
from tests.kit.hotline import NOW
from tests.kit.mails import Office, office


@pytest.fixture
def hotline(engine_db: Engine) -> Office:
    return office(engine_db)


def reports(hotline: Office, count: int) -> list[int]:
    """Reports with their cases, the first one the oldest."""
    cases = [hotline.file(NOW + timedelta(minutes=number)) for number in range(count)]
    return [hotline.rows(select(Instance.report_id).where(Instance.id == case))[0].report_id for case in cases]


def test_a_chain_leads_to_the_main_report_and_back_to_all_that_hang_on_it(hotline: Office) -> None:
    main, oldest, middle, last, alone = reports(hotline, 5)
    with transaction(hotline.engine) as tx:
        report_links.add_link(tx, middle, main, MERGED, NOW)
        report_links.add_link(tx, last, middle, MERGED, NOW)
        report_links.add_link(tx, oldest, middle, REPEAT, NOW)
        assert report_links.main_reports(tx, [main, oldest, middle, last, alone]) == {
            **dict.fromkeys((main, oldest, middle, last), main),
            alone: alone,
        }
        hanging = report_links.list_hanging_reports(tx, main)
        assert [(row.id, row.parent_id) for row in hanging] == [(oldest, middle), (middle, main), (last, middle)]
        report_links.undo_link(tx, hanging[1].link_id, NOW)
        with pytest.raises(Stale):
            report_links.undo_link(tx, hanging[1].link_id, NOW)
        assert report_links.list_hanging_reports(tx, main) == []
        assert report_links.main_report_id(tx, last) == middle
    assert joined_reports.settle_ended_cases(hotline.engine, NOW, hotline.world()) == 0


def test_a_circle_that_should_not_be_ends_all_the_same(hotline: Office) -> None:
    one, other = reports(hotline, 2)
    with transaction(hotline.engine) as tx:
        report_links.add_link(tx, one, other, MERGED, NOW)
        report_links.add_link(tx, other, one, MERGED, NOW)
        assert report_links.main_report_id(tx, one) in (one, other)
        assert [row.id for row in report_links.list_hanging_reports(tx, one)] == [other]


def test_opinions_of_joined_citizens_count_and_no_work_with_them(hotline: Office) -> None:
    case = hotline.file()
    with transaction(hotline.engine) as tx:
        for answer in ("yes", "no"):
            spells.add_joined_opinion(tx.write(), case, answer, NOW)
    rows = hotline.rows(select(Spell.began_by, Spell.opinion, Spell.ended_by).where(Spell.instance_id == case))
    assert [tuple(row) for row in rows] == [
        (spells.RECEIVED, None, None),
        (spells.JOINED, spells.SATISFIED, None),
        (spells.JOINED, spells.DISSATISFIED, None),
    ]
    assert check.compare_figures(hotline.engine, NOW).cases_wrong == 1  # History speaks of neither.
    check.rebuild_figures(hotline.engine, NOW)
    assert check.compare_figures(hotline.engine, NOW).agrees
