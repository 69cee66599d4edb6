"""Promises of the mail of each morning: once, at opening of a working day, for heads of units with something due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select, update

from engine.errors import NotFound
from engine.mailing import daily, unsubscribe
from engine.mailing.facts import PageLinks
from engine.staff import access
from engine.store.db import transaction
from engine.store.models import Instance, Mail, Person, Report, Substitute, Task
from engine.translation.catalogue import LANGUAGES, Language
from tests.kit.hotline import NOW, PLACE
from tests.kit.mails import COLLEAGUE, FOCAL_HEAD, HEAD, OFFICE, SITE, Office, office
from tests.kit.site import COMMUNE, FOCAL, NEW, OPERATOR, Site
from tests.kit.site import OFFICE as OFFICE_LOGIN
from tests.paths import ROOT
from tests.web.pages.test_answers import OTHER as SCHOOLS
from tests.web.pages.test_answers import TOLD
from tests.web.pages.test_task import RECEIVE, RESOLVE, VERIFY, complete, received

# The deadline of a case filed at 10:00 on Wednesday the 25th is 10:00 on Friday.
FRIDAY = datetime(2026, 11, 27, 0, 30, tzinfo=UTC)  # 07:30 in Vietnam, the opening.
MONDAY = FRIDAY + timedelta(days=3)
NEXT = FRIDAY - timedelta(days=1)
APPROVED = ROOT / "tests" / "mailing" / "approved"


@pytest.fixture
def hotline(engine_db: Engine) -> Office:
    """The province with one case of Trảng Dài."""
    made = office(engine_db)
    made.file()
    return made


def planned(hotline: Office, now: datetime) -> list[str]:
    """Plan; who has a mail of that day."""
    daily.plan_daily_summaries(hotline.engine, now, hotline.world())
    return sorted(row[0] for row in hotline.rows(select(Mail.recipient).where(Mail.kind == "daily")))


def written(hotline: Office, person: int, now: datetime) -> tuple[str, str]:
    with transaction(hotline.engine) as tx:
        return daily.compose_summary(tx, person, hotline.world(), SITE, now)


def test_who_heads_a_unit_with_something_due_gets_it_at_opening(hotline: Office) -> None:
    assert planned(hotline, FRIDAY) == [f"person:{HEAD}", f"person:{OFFICE}"]


@pytest.mark.parametrize("now", [FRIDAY - timedelta(seconds=1), FRIDAY + timedelta(days=1, hours=3)])
def test_not_before_opening_nor_on_a_day_of_rest(hotline: Office, now: datetime) -> None:
    assert planned(hotline, now) == []


def test_twice_a_day_is_once(hotline: Office) -> None:
    first = planned(hotline, FRIDAY)
    assert len(first) == 2
    assert planned(hotline, FRIDAY + timedelta(hours=2)) == first
    assert len(planned(hotline, MONDAY)) == 2 * len(first)


def test_with_nothing_due_there_is_no_mail(hotline: Office) -> None:
    assert planned(hotline, NOW) == []


def test_whoever_does_not_want_it_gets_none(hotline: Office) -> None:
    with transaction(hotline.engine) as tx:
        unsubscribe.set_daily_mail(tx, HEAD, "web", NOW, enabled=False)
    assert planned(hotline, FRIDAY) == [f"person:{OFFICE}"]


def test_the_substitute_of_a_head_gets_it_with_the_heads_units(hotline: Office) -> None:
    away = {"starts_at": FRIDAY - timedelta(days=1), "ends_at": FRIDAY + timedelta(days=1)}
    loan = {"unit_code": PLACE, "roles": "unit_head", "arranged_by": "system"}
    hotline.write(insert(Substitute).values(person_id=HEAD, substitute_id=COLLEAGUE, **loan, **away))
    assert planned(hotline, FRIDAY) == [f"person:{COLLEAGUE}", f"person:{OFFICE}"]
    assert "1 đến hạn" in written(hotline, COLLEAGUE, FRIDAY)[0]


def test_it_says_what_is_due_today_and_later_what_is_overdue(hotline: Office) -> None:
    subject, text = written(hotline, HEAD, FRIDAY)
    assert subject == "[1022] Việc trong ngày 27/11/2026: 0 quá hạn, 1 đến hạn, 0 bị trả lại"
    assert "Kính gửi Vũ Ngọc Linh," in text
    assert "- DN-26-000001-" in text
    assert "verify · Trảng Dài · hạn 10:00 27/11/2026" in text
    assert text.endswith("Mở danh sách: https://1022.example/inbox?view=soon")
    assert written(hotline, HEAD, MONDAY)[0] == "[1022] Việc trong ngày 30/11/2026: 1 quá hạn, 0 đến hạn, 0 bị trả lại"


def test_a_long_list_is_cut_and_says_how_much_is_left_out(hotline: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "ROWS_PER_SECTION", 2)
    for _ in range(4):
        hotline.file()
    text = written(hotline, OFFICE, MONDAY)[1]
    assert text.count("- DN-") == 2
    assert "Quá hạn (5):" in text
    assert "… và 3 việc khác." in text


def test_the_heads_of_a_unit_see_their_own_unit_only(hotline: Office) -> None:
    assert "0 quá hạn, 0 đến hạn" in written(hotline, FOCAL_HEAD, MONDAY)[0]
    with transaction(hotline.engine) as tx:
        assert access.load_officer(tx, FOCAL_HEAD, NOW).roles == {("731", "unit_head")}


def test_nobody_without_an_address_or_an_account_is_planned_for(hotline: Office) -> None:
    hotline.address(HEAD, None)
    hotline.write(update(Person).where(Person.id == OFFICE).values(active=False))
    assert planned(hotline, FRIDAY) == []


def test_an_address_of_ours_names_its_person_and_no_other_does() -> None:
    key = b"0123456789abcdef0123456789abcdef"
    assert unsubscribe.person_from_token(key, unsubscribe.make_token(key, HEAD)) == HEAD
    for wrong in (
        "",
        "x",
        unsubscribe.make_token(b"another key of the same length!!", HEAD),
        f"{unsubscribe.make_token(key, HEAD)}x",
        PLACE,
    ):
        with pytest.raises(NotFound):
            unsubscribe.person_from_token(key, wrong)


def test_a_task_of_a_case_without_a_report_is_listed_without_a_code(hotline: Office) -> None:
    hotline.write(update(Instance).values(report_id=None))
    subject, text = written(hotline, HEAD, FRIDAY)
    assert "1 đến hạn" in subject
    assert "- verify · Trảng Dài · hạn 10:00 27/11/2026" in text


def done(site: Site, login: str, instance_id: int, node: str, **data: str) -> None:
    """Complete a task a minute later, as its page does."""
    site.later(minutes=1)
    assert complete(site, site.browser(login), instance_id, node, data).status_code == 302


def morning(site: Site, login: str) -> tuple[str, str]:
    """The person's mail at the next opening."""
    world, now = site.world(), NEXT
    with transaction(site.engine) as tx:
        return daily.compose_summary(
            tx, access.person_id_of(tx, login), world, PageLinks("https://1022.example", "vi"), now
        )


def test_returned_is_what_the_level_above_a_department_or_the_citizen_sent_back(site: Site) -> None:
    refused, forwarded, reopened = received(site), received(site), received(site)
    received(site)  # Assigned by tier 2 for the first time, so nothing came back.
    for case in (refused, forwarded, reopened):
        done(site, COMMUNE, case, "verify", **VERIFY)
        done(site, COMMUNE, case, "resolve", **RESOLVE)
    done(site, FOCAL, refused, "check", check_decision="return", return_reason="Chưa rõ thời hạn.")
    done(site, FOCAL, reopened, "check", check_decision="accept")
    done(site, OPERATOR, reopened, "answer", **TOLD)
    done(site, OPERATOR, reopened, "feedback", satisfied="no", rating="1", dissatisfied_reason="Vẫn đóng cửa.")
    assert "1 bị trả lại" in morning(site, f"lanhdao.{NEW.place}")[0]
    subject, text = morning(site, "lanhdao.731")
    assert "1 bị trả lại" in subject
    back = text.partition("mở lại từ ngày làm việc trước (1):")[2]
    assert [code_of(site, case) in back for case in (refused, forwarded, reopened)] == [False, False, True]
    school = site.file(field="education", phone="0987654321")
    done(site, OPERATOR, school.instance_id, "receive", **{**RECEIVE, "field": "education", "phone": "0987654321"})
    done(site, SCHOOLS, school.instance_id, "handle", handle_decision="not_ours", not_ours_reason="Việc của huyện.")
    subject, text = morning(site, OFFICE_LOGIN)
    assert "3 bị trả lại" in subject
    assert school.code in text
    site.now = NEXT  # What came back before the last working day was told then.
    with transaction(site.engine) as tx:
        after = daily.compose_summary(
            tx, access.person_id_of(tx, OFFICE_LOGIN), site.world(), SITE, NEXT + timedelta(days=1)
        )
    assert "0 bị trả lại" in after[0]


def test_an_english_mail_names_steps_in_english(site: Site) -> None:
    received(site)
    person = site.write(access.person_id_of, f"lanhdao.{NEW.place}")
    texts = {
        language: site.write(daily.compose_summary, person, site.world(), PageLinks(SITE.site, language), FRIDAY)[1]
        for language in LANGUAGES
    }
    assert ("· Xác minh ·" in texts["vi"], "· Verify the report ·" in texts["en"]) == (True, True)


def code_of(site: Site, case: int) -> str:
    wanted = select(Report.code).join(Instance, Instance.report_id == Report.id).where(Instance.id == case)
    found: str = site.read(wanted)[0].code
    return found


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_mail_reads_as_it_was_approved(hotline: Office, language: Language) -> None:
    hotline.file(at=NOW - timedelta(days=5))
    hotline.file(at=NOW - timedelta(minutes=10))
    with transaction(hotline.engine) as tx:
        back = select(Task.id, Task.instance_id).order_by(Task.id.desc()).limit(1)
        case = tx.read.execute(back).one().instance_id
        prior = {"instance_id": case, "node": "ask", "name": "ask", "form": "x", "version": 1, "unit_code": "75.1022"}
        prior |= {"role": "citizen", "state": "done", "opened_at": NOW, "closed_at": NOW + timedelta(days=1)}
        tx.write().execute(insert(Task).values({**prior, "id": 0, "engine_id": 0}))
        tx.write().execute(
            update(Task).where(Task.instance_id == case, Task.id > 0).values(opened_at=prior["closed_at"])
        )
        subject, text = daily.compose_summary(tx, HEAD, hotline.world(), PageLinks(SITE.site, language), FRIDAY)
    file, made = APPROVED / f"daily_{language}.txt", f"{subject}\n\n{text}\n"
    if not file.exists():
        file.write_text(made, encoding="utf-8")
        pytest.fail(f"{file.name} is new: read it, then run again.")
    assert made == file.read_text(encoding="utf-8")
