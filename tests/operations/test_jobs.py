"""Long work: claimed by one, reported, cancelled, taken over from the dead, kept with a result; on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from engine.errors import BadInput, NotFound
from engine.mailing import job_mails
from engine.mailing.facts import PageLinks
from engine.operations import job_running, jobs
from engine.operations.job_running import JobRunner, Progress
from engine.operations.jobs import ClaimedJob, JobLost, JobOrder
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Mail, Person
from tests.kit.hotline import NOW, WORLD

AN, BINH = 1, 2
ORDER = JobOrder("replay", "draft:7", {"cases": 500})
Place = Callable[..., Any]


@pytest.fixture
def ask(engine_db: Engine) -> Place:
    """Ask for work as An, whose account is stored."""
    with transaction(engine_db) as tx:
        people = [
            {"id": AN, "login": "an", "name": "An", "email": "an@x.vn"},
            {"id": BINH, "login": "b", "name": "B", "email": ""},
        ]
        tx.write().execute(insert(Person), people)

    def order(person: int = AN) -> int:
        with transaction(engine_db) as tx:
            return jobs.order_job(tx, ORDER, (person, "test"), "vi", NOW)

    return order


def load(engine: Engine, number: int) -> Any:
    with transaction(engine) as tx:
        return jobs.load_job(tx, number)


def claim(engine: Engine, at: datetime = NOW) -> ClaimedJob | None:
    with transaction(engine) as tx:
        return jobs.claim_next(tx, at)


def run(engine: Engine, runner: JobRunner, at: datetime = NOW, *, stopping: bool = False) -> bool:
    return job_running.run_next_job(engine, lambda: at, {"replay": runner}, lambda: stopping)


def in_two_steps(engine: Engine, job: ClaimedJob, progress: Progress, now: datetime) -> Mapping[str, Any]:
    """A runner of the tests."""
    del engine, now
    progress(1, 2)
    return {"cases": job.parameters["cases"]}


def test_work_is_done_once_with_progress_result_and_a_mail(engine_db: Engine, ask: Place) -> None:
    number, seen = ask(), []

    def watched(engine: Engine, job: ClaimedJob, progress: Progress, now: datetime) -> Mapping[str, Any]:
        result = in_two_steps(engine, job, progress, now)
        row = load(engine_db, number)
        seen.append((row.state, row.done, row.total, claim(engine_db)))
        return result

    assert run(engine_db, watched)
    assert not run(engine_db, watched)
    assert seen == [("running", 1, 2, None)]
    row = load(engine_db, number)
    assert (row.state, json.loads(row.result), row.ended_at) == ("done", {"cases": 500}, NOW)
    with transaction(engine_db) as tx:
        (mail,) = tx.read.execute(select(table_of(Mail))).all()
        _subject, text = job_mails.compose_job_mail(tx, mail, "An", WORLD, PageLinks("https://x", "vi"))
        newest = jobs.newest_done(tx, "replay", "draft:7")
    assert f"https://x/studio/jobs/{number}" in text
    assert newest is not None
    assert newest.id == number


def test_the_work_of_a_killed_worker_is_taken_over_and_what_it_says_later_is_not_taken(
    engine_db: Engine, ask: Place
) -> None:
    number = ask()
    killed = claim(engine_db)
    assert killed is not None
    assert claim(engine_db, NOW + jobs.LEASE - timedelta(seconds=1)) is None
    later = NOW + jobs.LEASE
    assert run(engine_db, in_two_steps, later)
    with transaction(engine_db) as tx:
        jobs.finish_job(tx, killed, {"cases": 0}, later)
    assert json.loads(load(engine_db, number).result) == {"cases": 500}
    with pytest.raises(JobLost), transaction(engine_db) as tx:
        jobs.report_progress(tx, killed, 1, 2, later)


def test_work_that_kills_its_workers_ends_with_a_sentence(engine_db: Engine, ask: Place) -> None:
    number, at = ask(), NOW
    for _ in range(jobs.MOST_ATTEMPTS):
        assert claim(engine_db, at) is not None
        at += jobs.LEASE
    assert claim(engine_db, at) is None
    row = load(engine_db, number)
    assert (row.state, jobs.read_fault(row.fault).rule) == ("failed", "job-worker-lost")
    with transaction(engine_db) as tx:
        (mail,) = tx.read.execute(select(table_of(Mail))).all()
        assert "3 lần" in job_mails.compose_job_mail(tx, mail, "An", WORLD, PageLinks("https://x", "vi"))[1]


def test_work_is_cancelled_at_once_or_when_its_worker_reports(engine_db: Engine, ask: Place) -> None:
    waiting, running = ask(), ask()
    with transaction(engine_db) as tx:
        jobs.cancel_job(tx, AN, waiting, NOW)
    with pytest.raises(NotFound), transaction(engine_db) as tx:
        jobs.cancel_job(tx, BINH, running, NOW)

    def cancelled(engine: Engine, job: ClaimedJob, progress: Progress, now: datetime) -> Mapping[str, Any]:
        with transaction(engine_db) as tx:
            jobs.cancel_job(tx, AN, running, NOW)
        return in_two_steps(engine, job, progress, now)

    assert run(engine_db, cancelled)
    assert [load(engine_db, number).state for number in (waiting, running)] == ["cancelled", "cancelled"]
    abandoned = ask()
    assert claim(engine_db) is not None
    with transaction(engine_db) as tx:
        jobs.cancel_job(tx, AN, abandoned, NOW)
    assert load(engine_db, abandoned).state == "cancelling"
    assert not run(engine_db, in_two_steps, NOW + jobs.LEASE)
    assert load(engine_db, abandoned).state == "cancelled"


def test_a_worker_that_stops_gives_its_work_back(engine_db: Engine, ask: Place) -> None:
    number = ask()
    assert run(engine_db, in_two_steps, stopping=True)
    row = load(engine_db, number)
    assert (row.state, row.attempts, row.result) == ("waiting", 0, None)
    assert run(engine_db, in_two_steps)
    assert load(engine_db, number).state == "done"


def test_what_cannot_be_done_says_why(engine_db: Engine, ask: Place) -> None:
    number = ask()

    def refused(*_anything: object) -> Mapping[str, Any]:
        raise NotFound("draft-unknown", draft="7")

    def broken(*_anything: object) -> Mapping[str, Any]:
        raise ZeroDivisionError

    assert run(engine_db, refused)
    assert jobs.read_fault(load(engine_db, number).fault).facts == {"draft": "7"}
    number = ask()
    with pytest.raises(ZeroDivisionError):
        run(engine_db, broken)
    assert jobs.read_fault(load(engine_db, number).fault).rule == "job-broken"


def test_one_person_asks_for_a_few_things_at_a_time_and_what_waits_long_is_noticed(
    engine_db: Engine, ask: Place
) -> None:
    number = ask()
    with transaction(engine_db) as tx:
        row = jobs.load_job(tx, number)
        assert not jobs.looks_unattended(tx, row, NOW)
        assert jobs.looks_unattended(tx, row, NOW + timedelta(minutes=1))
    assert claim(engine_db) is not None
    other = ask()
    with transaction(engine_db) as tx:
        assert not jobs.looks_unattended(tx, jobs.load_job(tx, other), NOW + timedelta(minutes=1))
    for _ in range(jobs.MOST_OPEN - 2):
        ask()
    with pytest.raises(BadInput):
        ask()
    ask(BINH)


def test_old_results_are_deleted(engine_db: Engine, ask: Place) -> None:
    number = ask()
    run(engine_db, in_two_steps)
    with transaction(engine_db) as tx:
        jobs.delete_old_jobs(tx, NOW + jobs.KEPT)
        assert len(jobs.list_jobs(tx, AN)) == 1
        jobs.delete_old_jobs(tx, NOW + jobs.KEPT + timedelta(seconds=1))
    with pytest.raises(NotFound):
        load(engine_db, number)
