"""The mail that tells an analyst that long work has ended: done, or not done and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from engine.mailing.draft_mails import plan_draft_mail
from engine.mailing.facts import PageLinks
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Job
from engine.translation.catalogue import N_, translate
from engine.translation.wording import say_rule
from engine.world.world import World

JOB = "job"
JOB_NAMES: Mapping[str, str] = {
    "replay": N_("Chạy lại hồ sơ cũ qua bản nháp"),
    "tests": N_("Kiểm thử bản nháp bằng kịch bản"),
    "preview": N_("Chạy thử việc chuyển hồ sơ"),
    "move": N_("Chuyển hồ sơ sang bản khác"),
    "return": N_("Trả hồ sơ về bản trước"),
}
_SUBJECT = N_("[1022] {work}: đã kết thúc")
_TEXT = N_("Kính gửi {name},\n\n“{work}” đã kết thúc.\n\nXem kết quả: {link}")
_FAILED = N_("Kính gửi {name},\n\n“{work}” không làm xong được: {reason}\n\nXem: {link}")

_job = table_of(Job)


def plan_job_mail(tx: Transaction, reader: int, number: int, now: datetime) -> None:
    """Plan the mail to whoever asked for the work; it is sent at once, because they wait for it."""
    plan_draft_mail(tx, reader, JOB, str(number), (now, now))


def compose_job_mail(tx: Transaction, mail: Row[Any], name: str, _world: World, pages: PageLinks) -> tuple[str, str]:
    """Subject and text of the mail about work that has ended."""
    row = tx.read.execute(select(_job).where(_job.c.id == int(mail.about))).one()
    facts = {
        "name": name,
        "work": translate(JOB_NAMES[row.kind], pages.language),
        "link": f"{pages.site}/studio/jobs/{row.id}",
    }
    if row.fault is not None:
        fault = json.loads(row.fault)
        facts["reason"] = say_rule(fault["rule"], fault["facts"], pages.language)
    text = translate(_FAILED if row.fault is not None else _TEXT, pages.language)
    return translate(_SUBJECT, pages.language).format(**facts), text.format(**facts)
