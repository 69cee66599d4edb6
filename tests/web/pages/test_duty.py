"""The page of the duty roster, and the operator who is told whom to call."""

from __future__ import annotations

from engine.staff import duty_roster
from tests.kit.site import COMMUNE, NOW, OFFICE, OPERATOR, PLACE, Site
from tests.web.pages.test_intake import CALL

HEAD = f"lanhdao.{PLACE}"
WEEK = duty_roster.week_of(NOW).isoformat()


def test_the_head_names_who_is_on_duty_and_others_read_it(site: Site) -> None:
    head = site.browser(HEAD)
    assert "Tuần này chưa có người trực." in head.get("/duty").text
    sent = {"unit": PLACE, "week": WEEK, "person": COMMUNE, "phone": "0912 000 111"}
    page = head.post("/duty", sent, follow_redirects=True).text
    assert "Đã ghi lịch trực." in page
    assert "0912 000 111" in page
    for reader in (OPERATOR, OFFICE):
        assert "0912 000 111" in site.browser(reader).get(f"/duty?unit={PLACE}").text
    assert site.browser(COMMUNE).get("/duty").status_code == 403
    assert "Tuần này chưa có người trực." in head.post("/duty", {**sent, "person": ""}, follow_redirects=True).text
    record = site.browser(OFFICE).get("/records/journal?chain=duty").text
    assert "Cử người trực ngoài giờ" in record
    assert "23/11/2026" in record


def test_what_is_sent_is_checked(site: Site) -> None:
    head = site.browser(HEAD)
    sent = {"unit": PLACE, "week": WEEK, "person": COMMUNE}
    for wrong, status in (
        ({"unit": "26008"}, 403),
        ({"unit": "nowhere"}, 403),
        ({"week": "x"}, 422),
        ({"week": "2020-01-06"}, 422),
        ({"person": OPERATOR}, 422),
        ({"person": "nobody"}, 422),
        ({"phone": "12"}, 422),
        ({"person": ""}, 422),
    ):
        assert head.post("/duty", {**sent, **wrong}).status_code == status, wrong
    assert site.browser(OPERATOR).post("/duty", sent).status_code == 403
    assert head.get("/duty?unit=26008").status_code == 403
    assert site.browser(OFFICE).get("/duty?unit=nowhere").status_code == 404


def test_the_operator_is_told_whom_to_call_for_an_emergency_at_night(site: Site) -> None:
    site.later(hours=12)  # 22:00 in Vietnam.
    operator = site.browser(OPERATOR)
    sent = {"unit": "731", "week": WEEK, "person": "canbo.731", "phone": "0912000111"}
    assert site.browser("lanhdao.731").post("/duty", sent).status_code == 302
    urgent = {**CALL, "outcome": "emergency"}
    page = operator.post("/intake", urgent, follow_redirects=True).text
    assert "Ngoài giờ: gọi người trực" in page
    assert "0912 000 111" in page
    assert "gọi người trực" not in operator.post("/intake", CALL, follow_redirects=True).text
