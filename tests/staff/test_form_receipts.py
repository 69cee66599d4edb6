"""Receipts: equal content of one form by one person is one submission, also for requests at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine

from engine.staff import form_receipts
from engine.staff.form_receipts import FormSubmission, identify_submission
from engine.store.db import transaction
from tests.kit.hotline import NOW

SECRET = b"k" * 32
TOKEN = "a" * 22
FIELDS = [("name", "Lê Văn Ổi"), ("outcome", "correct")]


def submitted(**other: object) -> FormSubmission:
    facts = {"secret": SECRET, "token": TOKEN, "sender": "person:1", "address": "/report", "content": FIELDS, **other}
    return identify_submission(**facts)  # type: ignore[arg-type]


def test_the_order_of_fields_does_not_matter() -> None:
    assert submitted(content=FIELDS[::-1]) == submitted()


@pytest.mark.parametrize(
    "other",
    [
        {"secret": b"x" * 32},
        {"token": "b" * 22},
        {"sender": "person:2"},
        {"address": "/intake"},
        {"content": [*FIELDS, ("outcome", "correct")]},
        {"content": [("name", "Lê Văn Ổi outcome"), ("", "correct")]},
    ],
)
def test_anything_else_is_another_submission(other: dict[str, object]) -> None:
    assert submitted(**other).key != submitted().key


@pytest.mark.parametrize("token", ["", "short", "a" * 65, "ả" * 20, "a" * 20 + "\n", "a" * 10 + " " * 10])
def test_what_has_not_the_shape_of_a_token_is_none(token: str) -> None:
    assert not form_receipts.is_form_token(token)
    assert form_receipts.is_form_token(form_receipts.new_form_token())


def test_of_requests_at_the_same_time_one_is_recorded(engine_db: Engine) -> None:
    start = Barrier(4)

    def record(number: int) -> bool:
        with transaction(engine_db) as tx:
            start.wait()
            return form_receipts.keep_receipt(tx, submitted(), f"/{number}", {"report": number}, NOW)

    with ThreadPoolExecutor(4) as pool:
        recorded = list(pool.map(record, range(4)))
    assert sorted(recorded) == [False, False, False, True]
    with transaction(engine_db) as tx:
        receipt = form_receipts.find_receipt(tx, submitted().key)
        assert receipt is not None
        assert form_receipts.receipt_result(receipt) == {"report": recorded.index(True)}
        assert form_receipts.newest_receipt_of_form(tx, submitted().form) == receipt


def test_a_part_whose_name_cannot_be_read_is_a_part_like_others() -> None:
    nameless = [*FIELDS, (None, "x")]
    assert submitted(content=nameless) == submitted(content=nameless[::-1]) != submitted()
