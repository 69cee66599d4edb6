"""Nobody checks their own work by standing in, and only an administrator brings a substitute from elsewhere."""

from __future__ import annotations

import re

from sqlalchemy import select

from engine.statistics.callback_draws import draw_callbacks
from engine.store.models import Callback, Instance, Report
from tests.attacks.test_authority import (
    ARRANGED,
    HEAD,
    OTHER,
    OTHER_OFFICER,
    REFUSED,
    arrange,
    employ,
    grant,
    person_id,
)
from tests.kit.errand import deploy_errand
from tests.kit.record import differences
from tests.kit.site import COMMUNE, FOCAL, OFFICE, OPERATOR, PLACE, Site
from tests.web.pages.test_begin import begin, follow
from tests.web.pages.test_chase import act, drafted, pass_time
from tests.web.pages.test_intake import CALL
from tests.web.pages.test_task import ANSWER, RESOLVE, VERIFY, complete, received

SECOND_FOCAL = "lanhdao.731"
ACCEPT = {"check_decision": "accept"}
SAYS = "Không ai tự kiểm tra việc mình đã làm"


def stand_in(site: Site, absent: str, substitute: str) -> None:
    """Have an administrator arrange it, who may bring somebody from elsewhere."""
    assert arrange(site.browser(OFFICE), absent, substitute) == ARRANGED


def resolve(site: Site, login: str) -> int:
    """A case whose commune's steps somebody has done."""
    instance_id, browser = received(site), site.browser(login)
    assert complete(site, browser, instance_id, "verify", VERIFY).status_code == 302
    assert complete(site, browser, instance_id, "resolve", RESOLVE).status_code == 302
    return instance_id


def test_who_is_offered_as_a_substitute_is_who_is_accepted(site: Site) -> None:
    commune, admin = site.browser(COMMUNE), site.browser(OFFICE)
    page = commune.get("/substitutes").text
    for login, offered in ((HEAD, True), (FOCAL, False), (OTHER_OFFICER, False), (OPERATOR, False), (OFFICE, False)):
        assert (f'value="{login} · ' in page) is offered, login
    for stranger in (FOCAL, OTHER_OFFICER, OPERATOR, OFFICE):
        assert arrange(commune, "", stranger) == REFUSED, stranger
        assert arrange(site.browser(HEAD), COMMUNE, stranger) == REFUSED, stranger
    answer = commune.post("/substitutes", {"substitute": FOCAL, "first": "2026-11-25", "last": "2026-11-30"})
    assert "không thuộc đơn vị này" in answer.text
    assert arrange(commune, "", HEAD) == ARRANGED
    assert arrange(admin, OTHER_OFFICER, COMMUNE, unit=OTHER) == ARRANGED


def test_whoever_stood_in_for_the_commune_does_not_check_its_result(site: Site) -> None:
    stand_in(site, COMMUNE, FOCAL)
    instance_id = resolve(site, FOCAL)
    focal = site.browser(FOCAL)
    assert SAYS in focal.get(f"/tasks/{site.task(instance_id, 'check').id}").text
    answer = complete(site, focal, instance_id, "check", ACCEPT)
    assert (answer.status_code, SAYS in answer.text) == (422, True)
    site.later(days=7)  # Not either once the absence is over.
    assert complete(site, site.browser(FOCAL), instance_id, "check", ACCEPT).status_code == 422
    assert SAYS not in site.browser(SECOND_FOCAL).get(f"/tasks/{site.task(instance_id, 'check').id}").text
    assert complete(site, site.browser(SECOND_FOCAL), instance_id, "check", ACCEPT).status_code == 302


def test_whoever_stands_in_for_the_checker_checks_others_and_not_themselves(site: Site) -> None:
    own, others = resolve(site, COMMUNE), resolve(site, HEAD)
    stand_in(site, FOCAL, COMMUNE)
    substitute = site.browser(COMMUNE)
    assert complete(site, substitute, own, "check", ACCEPT).status_code == 422
    assert complete(site, substitute, others, "check", ACCEPT).status_code == 302
    assert complete(site, site.browser(FOCAL), own, "check", ACCEPT).status_code == 302


def test_standing_in_first_for_the_one_and_then_for_the_other_adds_up_to_nothing(site: Site) -> None:
    stand_in(site, COMMUNE, OTHER_OFFICER)
    instance_id = resolve(site, OTHER_OFFICER)
    stand_in(site, FOCAL, OTHER_OFFICER)
    assert complete(site, site.browser(OTHER_OFFICER), instance_id, "check", ACCEPT).status_code == 422
    assert complete(site, site.browser(FOCAL), instance_id, "check", ACCEPT).status_code == 302


def test_what_somebody_delegated_is_theirs_when_they_stand_in_for_the_checker(site: Site) -> None:
    instance_id = received(site)
    for step, answers in (("verify", VERIFY), ("resolve", RESOLVE)):
        given = {"version": str(site.task(instance_id, step).version), "colleague": HEAD, "act": "delegate"}
        site.browser(COMMUNE).post(f"/tasks/{site.task(instance_id, step).id}/hand-over", given)
        assert complete(site, site.browser(HEAD), instance_id, step, answers).status_code == 302
    stand_in(site, FOCAL, COMMUNE)
    assert complete(site, site.browser(COMMUNE), instance_id, "check", ACCEPT).status_code == 422
    assert complete(site, site.browser(FOCAL), instance_id, "check", ACCEPT).status_code == 302


def merge(site: Site, login: str, one: int, into: int) -> int:
    """Have somebody merge a case into another."""
    codes = {row.id: row.code for row in site.read(select(Instance.id, Report.code).join(Report))}
    sent = {"reason": "cùng một việc", "into": codes[into]}
    return site.browser(login).post(f"/cases/{codes[one]}/corrections/merge", sent).status_code


def test_no_merger_takes_own_work_from_its_check(site: Site) -> None:
    own, others = resolve(site, COMMUNE), resolve(site, HEAD)
    stand_in(site, FOCAL, COMMUNE)
    assert (merge(site, COMMUNE, own, others), merge(site, COMMUNE, others, own)) == (422, 422)
    assert merge(site, FOCAL, own, others) == 302
    assert complete(site, site.browser(COMMUNE), others, "check", ACCEPT).status_code == 422  # It ends the other too.
    assert complete(site, site.browser(FOCAL), others, "check", ACCEPT).status_code == 302


def correct(site: Site, login: str, case: int, act: str, **more: str) -> int:
    """Have somebody correct a case."""
    code = dict(site.read(select(Instance.id, Report.code).join(Report)))[case]
    sent = {"reason": "xin xử lý khác", **more}
    return site.browser(login).post(f"/cases/{code}/corrections/{act}", sent).status_code


def test_whoever_did_a_step_as_a_substitute_moves_the_case_nowhere_else(site: Site) -> None:
    stand_in(site, COMMUNE, FOCAL)
    done, others = resolve(site, FOCAL), resolve(site, HEAD)
    for days in (0, 7):
        site.later(days=days)
        assert correct(site, FOCAL, done, "reroute", place="26005") == 422
        assert correct(site, FOCAL, done, "split", content="Một việc khác", place=PLACE, field="order") == 422
    assert correct(site, FOCAL, others, "reroute", place="26005") == 302


def test_a_substitute_of_the_hotline_gets_no_key_to_rate_their_own_work_with(site: Site) -> None:
    instance_id = resolve(site, COMMUNE)
    complete(site, site.browser(FOCAL), instance_id, "check", ACCEPT)  # The answer waits for the hotline now.
    stand_in(site, OPERATOR, COMMUNE)
    code = dict(site.read(select(Instance.id, Report.code).join(Report)))[instance_id]
    for login, status in ((COMMUNE, 422), (OPERATOR, 302)):
        answer = site.browser(login).post(f"/cases/{code}/key", {"checked": "knows_report"})
        assert answer.status_code == status, login


def test_what_a_substitute_delegates_is_proven_as_the_absent_persons(site: Site) -> None:
    instance_id = received(site)
    stand_in(site, COMMUNE, FOCAL)
    sent = {"version": "1", "colleague": HEAD, "act": "delegate"}
    assert site.browser(FOCAL).post(f"/tasks/{site.task(instance_id, 'verify').id}/hand-over", sent).status_code == 302
    assert site.task(instance_id, "verify").owner_id == person_id(site, COMMUNE)
    assert site.write(differences) == []


def test_nor_does_one_when_the_absence_is_over(site: Site) -> None:
    stand_in(site, COMMUNE, FOCAL)
    done, others = resolve(site, FOCAL), resolve(site, HEAD)
    site.later(days=7)
    assert merge(site, FOCAL, done, others) == 422
    assert merge(site, SECOND_FOCAL, done, others) == 403  # A head corrects nothing.


def test_a_substitute_of_the_office_neither_extends_nor_moves_their_own_case(site: Site) -> None:
    own, others = received(site), received(site)
    site.browser(COMMUNE).post(f"/tasks/{site.task(own, 'verify').id}/claim", {"version": "1"})
    stand_in(site, FOCAL, COMMUNE)
    stand_in(site, OFFICE, COMMUNE)
    pass_time(site, days=1, hours=1)
    due = dict(site.read(select(Instance.id, Instance.due_at)))
    assert SAYS in act(site, "extend", own, others, login=COMMUNE, days="20").text
    moved = {row.id: row.due_at > due[row.id] for row in site.read(select(Instance.id, Instance.due_at))}
    assert moved == {own: False, others: True}
    substitute, codes = site.browser(COMMUNE), dict(site.read(select(Instance.id, Report.code).join(Report)))
    for name in ("recall", "reroute", "withdraw"):
        target = {"reason": "quá hạn rồi", "field": "order"}
        status = substitute.post(f"/cases/{codes[own]}/corrections/{name}", target).status_code
        assert status in (REFUSED, 403), name
    assert substitute.post(f"/cases/{codes[others]}/corrections/recall", {"reason": "quá hạn rồi"}).status_code == 302


def test_nobody_approves_what_they_have_begun_by_standing_in_for_the_head(site: Site) -> None:
    deploy_errand(site)
    begin(site.browser(COMMUNE))
    employ(site, OTHER_OFFICER)
    for substitute in (COMMUNE, OTHER_OFFICER):
        assert arrange(site.browser(HEAD), "", substitute) == ARRANGED
    assert follow(site, COMMUNE, "decide", words="Tự duyệt.").status_code == 422
    assert follow(site, OTHER_OFFICER, "decide", words="Đồng ý.").status_code == 302
    assert follow(site, COMMUNE, "read").status_code == 302


def test_who_had_a_hand_in_a_case_as_a_substitute_does_not_judge_it_afterwards(site: Site) -> None:
    site.browser(OFFICE).post("/callbacks/rates", {"unit": PLACE, "percent": "100"})
    stand_in(site, COMMUNE, FOCAL)
    instance_id = resolve(site, FOCAL)
    complete(site, site.browser(SECOND_FOCAL), instance_id, "check", ACCEPT)
    assert complete(site, site.browser(OPERATOR), instance_id, "answer", ANSWER).status_code == 302
    grant(site, FOCAL, "75.VP", "provincial_office")
    site.later(days=1)
    draw_callbacks(site.engine, site.now, "0a")
    call = (
        f"/callbacks/{site.read(select(Callback.id))[0].id}",
        {"reached": "yes", "satisfied": "yes", "truthful": "yes"},
    )
    review = f"/answers/reviews/{instance_id}", {"verdict": "good"}
    for address, data in (call, review):
        answer = site.browser(FOCAL).post(address, data)
        assert (answer.status_code, SAYS in answer.text) == (422, True), address
        assert site.browser(OFFICE).post(address, data).status_code == 302, address


def hand_on(site: Site, instance_id: int, login: str, kind: str, colleague: str) -> int:
    """Have somebody hand a commune's task over, or delegate it."""
    task = site.task(instance_id, "verify")
    sent = {"version": str(task.version), "colleague": colleague, "act": kind}
    return site.browser(login).post(f"/tasks/{task.id}/hand-over", sent).status_code


def claim(site: Site, instance_id: int, login: str, what: str = "claim") -> int:
    task = site.task(instance_id, "verify")
    return site.browser(login).post(f"/tasks/{task.id}/{what}", {"version": str(task.version)}).status_code


def telephone(site: Site, instance_id: int, login: str) -> int:
    contact = {"means": "phone", "reached": "no", "note": "Máy bận."}
    return site.browser(login).post(f"/tasks/{site.task(instance_id, 'verify').id}/contacts", contact).status_code


def finish(site: Site, instance_id: int, login: str) -> None:
    for step, answers in (("verify", VERIFY), ("resolve", RESOLVE)):
        assert complete(site, site.browser(login), instance_id, step, answers).status_code == 302


def test_whatever_a_substitute_did_about_a_case_counts_but_to_claim_and_give_back(site: Site) -> None:
    held, released, handed, delegated, called, looked = (received(site) for _ in range(6))
    stand_in(site, COMMUNE, FOCAL)
    assert claim(site, held, FOCAL) == claim(site, released, FOCAL) == 302
    assert claim(site, released, FOCAL, "release") == 302
    assert hand_on(site, handed, FOCAL, "hand_over", HEAD) == 302
    assert hand_on(site, delegated, FOCAL, "delegate", HEAD) == 302
    assert telephone(site, called, FOCAL) == 302
    site.browser(FOCAL).get(f"/tasks/{site.task(looked, 'verify').id}")
    for instance_id in (held, released, called, looked):
        finish(site, instance_id, COMMUNE)
    for instance_id in (handed, delegated):
        finish(site, instance_id, HEAD)
    focal = site.browser(FOCAL)
    for instance_id in (held, handed, delegated, called):
        assert SAYS in focal.get(f"/tasks/{site.task(instance_id, 'check').id}").text, instance_id
        assert complete(site, focal, instance_id, "check", ACCEPT).status_code == REFUSED, instance_id
        assert complete(site, site.browser(SECOND_FOCAL), instance_id, "check", ACCEPT).status_code == 302
    for instance_id in (released, looked):
        assert complete(site, focal, instance_id, "check", ACCEPT).status_code == 302, instance_id


def test_a_substitute_of_the_office_keeps_their_own_case_in_a_draft(site: Site) -> None:
    own, others = received(site), received(site)
    site.browser(COMMUNE).post(f"/tasks/{site.task(own, 'verify').id}/claim", {"version": "1"})
    stand_in(site, OFFICE, COMMUNE)
    pass_time(site, days=1, hours=1)
    address, substitute = f"/directives/{drafted(site, own, others)}", site.browser(COMMUNE)
    texts = {"subject": "đôn đốc", "demand": "Giải quyết dứt điểm.", "days": "3", "signer_title": "Chánh Văn phòng"}
    without = substitute.post(address, {**texts, "case": [str(others)], "version": "1"})
    assert (without.status_code, SAYS in without.text) == (REFUSED, True)
    assert substitute.post(address, {**texts, "case": [str(own)], "version": "1"}).status_code == 302
    assert SAYS in substitute.post(f"{address}/discard", {"version": "2"}, follow_redirects=True).text
    assert site.browser(OFFICE).post(f"{address}/discard", {"version": "2"}).status_code == 302


def test_a_substitute_of_the_hotline_joins_no_caller_to_their_own_case(site: Site) -> None:
    own, others = resolve(site, COMMUNE), resolve(site, HEAD)
    stand_in(site, OPERATOR, COMMUNE)
    codes = dict(site.read(select(Instance.id, Report.code).join(Report)))
    substitute = site.browser(COMMUNE)
    for instance_id, joins in ((own, False), (others, True)):
        sent = {**CALL, "outcome": f"join:{codes[instance_id]}"}
        answer = substitute.post("/intake", sent, follow_redirects=True)
        assert (SAYS in answer.text, f"Đã gộp vào hồ sơ {codes[instance_id]}" in answer.text) == (not joins, joins)


def test_what_is_offered_next_and_said_of_a_delegated_task_is_what_is_accepted(site: Site) -> None:
    stand_in(site, COMMUNE, FOCAL)
    instance_id, focal = received(site), site.browser(FOCAL)
    task = site.task(instance_id, "verify")
    sent = {"version": str(task.version), "colleague": HEAD, "act": "delegate"}
    told = focal.post(f"/tasks/{task.id}/hand-over", sent, follow_redirects=True).text
    assert "việc vẫn là của người mà bạn xử lý thay" in told
    other = received(site)
    assert complete(site, focal, other, "verify", VERIFY).status_code == 302
    assert complete(site, focal, other, "resolve", RESOLVE).status_code == 302
    assert "Kiểm tra kết quả" not in "".join(re.findall(r'class="next-task".*?</a>', focal.get("/inbox").text))


def test_a_day_that_is_none_is_told_how_to_be_written(site: Site) -> None:
    data = {"substitute": HEAD, "first": "1-1-27", "last": "2-1-27"}
    answer = site.browser(COMMUNE).post("/substitutes", data)
    assert (answer.status_code, "ví dụ 24/11/2026" in answer.text) == (REFUSED, True)
    assert "Chỉ chọn được đồng nghiệp cùng đơn vị" in answer.text
