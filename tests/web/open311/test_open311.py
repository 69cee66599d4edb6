"""Other systems file and follow reports over Open311: as specified, once, and without anything personal."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from georeport import GeoReport
from sqlalchemy import select

from engine.actor import SYSTEM, ActStamp
from engine.process import known_fields
from engine.staff import api_keys
from engine.staff.api_keys import OPEN311, NewApiKey
from engine.store.columns import table_of
from engine.store.models import Attachment, History, Mail, Report
from tests.kit.pictures import PNG
from tests.kit.site import COMMUNE, NEW, PLACE, Site
from tests.web.open311 import specification as spec
from tests.web.pages.test_joined_reports import handled, join
from tests.web.pages.test_public import answered
from web.serve import in_thread

ROOT = "/open311/v2"
SENT = {
    "service_code": "infrastructure",
    "last_name": "Lê Văn",
    "first_name": "Ổi",
    "phone": "0987 654 321",
    "email": "oi@example.vn",
    "address_string": "5 Lê Lợi",
    "attribute[place]": PLACE,
    "description": "Đèn đường hỏng cả tuần.",
}


def new_key(site: Site, per_minute: int = 1000) -> str:
    return str(
        site.write(api_keys.make_api_key, NewApiKey("Cổng tỉnh", OPEN311, per_minute), ActStamp(SYSTEM, site.now))
    )


def call(site: Site, address: str, **sent: Any) -> Any:
    return site.app.test_client().get(f"{ROOT}/{address}", query_string=sent)


def send(site: Site, key: str, written: str = "json", headers: Any = None, **other: Any) -> Any:
    data = {**SENT, "api_key": key, **other}
    return site.app.test_client().post(f"{ROOT}/requests.{written}", data=data, headers=headers, buffered=True)


def public(site: Site) -> None:
    """Let everybody read, as TONGDAI_OPEN311=public does."""
    object.__setattr__(site.app.settings, "open311", "public")


@pytest.mark.parametrize("written", ["json", "xml"])
def test_a_foreign_client_lists_services_and_follows_requests(site: Site, written: str) -> None:
    public(site)
    code = site.file().code
    with in_thread(site.app) as address:
        client = GeoReport(f"{address}{ROOT}", jurisdiction="dn", output_format=written)
        services = client.get_service_list()
        spec.check_entries(services, spec.SERVICE)
        definition = client.get_service_definition(services[0]["service_code"])
        shown = client.get_service_request(code)
        listed = client.get_service_requests(service_code=NEW.field, status="open")
    assert [one["service_code"] for one in services] == list(site.write(known_fields.active_keys))
    attributes = definition["attributes"]
    attribute = attributes[0] if written == "json" else attributes["attribute"]
    values = attribute.pop("values")
    spec.check_entries([attribute], spec.ATTRIBUTE)
    communes = values if written == "json" else values["value"]
    spec.check_entries(communes, spec.VALUE)
    assert PLACE in {one["key"] for one in communes}
    assert (listed if isinstance(listed, list) else [listed]) == [shown]
    spec.check_entries([shown], spec.REQUEST)
    assert (shown["status"], shown["address_id"]) == ("open", PLACE)


def test_a_report_is_filed_as_from_the_web_and_the_sender_gets_code_and_key(site: Site) -> None:
    key = new_key(site)
    answer = send(site, key, media=(BytesIO(PNG), "den.png"))
    assert answer.status_code == 201
    spec.check_entries(answer.json, spec.FILED)
    report = site.read(select(table_of(Report)))[0]
    assert answer.json[0]["service_request_id"] == report.code
    assert (report.reporter_name, report.phone, report.channel) == ("Lê Văn Ổi", "0987654321", "app")
    tracking = answer.json[0]["service_notice"].partition("Khóa tra cứu: ")[2].partition(". ")[0]
    assert site.browser().follow(report.code, tracking).status_code == 302
    act = site.read(select(table_of(History)))[0]
    assert (act.actor, act.origin.partition(" ")[0]) == ("citizen", "key")
    assert len(site.read(select(table_of(Attachment)))) == 1
    assert site.read(select(Mail.recipient, Mail.kind))  # The acknowledgement.
    token = call(site, f"tokens/{report.code}.json", api_key=key).json
    spec.check_entries(token, spec.TOKEN)


def test_the_same_report_sent_again_is_filed_once_and_answered_alike(site: Site) -> None:
    key = new_key(site)
    first, again = send(site, key), send(site, key)
    assert first.json == again.json
    assert send(site, key, "xml").status_code == 201
    assert len(site.read(select(Report.id))) == 2  # The other address is another call.
    other = send(site, key, headers={"Idempotency-Key": "2"})
    assert other.json[0]["service_request_id"] != first.json[0]["service_request_id"]
    site.later(hours=1)
    late = send(site, key).json[0]
    assert late["service_request_id"] == first.json[0]["service_request_id"]
    assert "Khóa tra cứu" not in late["service_notice"]


def test_nothing_that_anybody_wrote_leaves(site: Site) -> None:
    key = new_key(site)
    _instance, code = answered(site)
    texts = [
        call(site, address, api_key=key, extensions="true").text
        for name in (f"requests/{code}", "requests", f"tokens/{code}")
        for address in (f"{name}.json", f"{name}.xml")
    ]
    report = site.read(select(table_of(Report)))[0]
    personal = (report.reporter_name, report.phone, report.address, report.content[:12], "Trạm đã mở cửa")
    assert [part for part in personal for text in texts if part in text] == []
    entry = json.loads(texts[0])[0]
    assert entry["description"] is None
    assert (entry["status"], entry["extended_attributes"]) == ("open", {"detailed_status": "resolved"})
    assert entry["status_notes"] == "Đã có kết quả."


def test_requests_are_listed_by_code_service_time_status_and_page(site: Site) -> None:
    key = new_key(site)
    codes = []
    for number in range(4):
        site.later(days=1)
        codes.append(site.file(field="health" if number % 2 else "environment").code)

    def listed(**asked: Any) -> list[str]:
        answer = call(site, "requests.json", api_key=key, **asked)
        assert answer.status_code == 200, answer.text
        spec.check_entries(answer.json, spec.REQUEST)
        return [one["service_request_id"] for one in answer.json]

    newest = codes[::-1]
    assert listed() == newest
    assert listed(service_request_id=f"{codes[0]}, {codes[2]},DN-26-999999-X") == [codes[2], codes[0]]
    assert listed(service_code="health") == [codes[3], codes[1]]
    assert listed(service_code="health,environment") == newest
    assert [listed(page_size=3, page=page) for page in (1, 2, 3)] == [newest[:3], newest[3:], []]
    assert listed(status="open") == newest
    assert listed(status="closed") == []
    assert listed(status="open,closed") == newest
    second = call(site, f"requests/{codes[1]}.json", api_key=key).json[0]["requested_datetime"]
    assert listed(end_date=second) == [codes[1], codes[0]]
    assert listed(start_date=second) == newest[:3]
    xml = call(site, "requests.xml", api_key=key)
    spec.check_entries(spec.read_xml(xml.data, ("service_requests", "request")), spec.REQUEST)


def test_a_caller_who_joined_a_case_is_told_how_that_one_stands(site: Site) -> None:
    key, (_instance, main) = new_key(site), handled(site)
    own = join(site, main)
    shown = call(site, "requests.json", api_key=key, service_request_id=f"{main},{own}").json
    assert len({(one["status"], one["status_notes"]) for one in shown}) == 1
    assert {one["service_request_id"] for one in call(site, "requests.json", api_key=key, status="open").json} == {
        main,
        own,
    }


@pytest.mark.parametrize(
    ("other", "status", "words"),
    [
        ({"service_code": "nothing"}, 404, "nothing"),
        ({"service_code": ""}, 404, "services"),
        ({"jurisdiction_id": "chicago"}, 404, "dn"),
        ({"phone": "12"}, 400, "phone"),
        ({"attribute[place]": "nowhere"}, 400, "attribute[place]"),
        ({"attribute[place]": ""}, 400, "attribute[place]"),
        ({"description": ""}, 400, "description"),
        ({"description": "x" * 5000}, 400, "description"),
        ({"lat": "200", "long": "x"}, 400, "lat, long"),
        ({"last_name": "", "first_name": ""}, 400, "last_name, first_name"),
        ({"media_url": "http://10.0.0.1/a.jpg"}, 400, "media_url"),
        ({"media": (BytesIO(b"MZ"), "a.exe")}, 400, "a.exe"),
        ({"api_key": "tongdai_x"}, 403, "khóa"),
        ({"api_key": ""}, 403, "khóa"),
    ],
)
def test_what_cannot_be_filed_is_refused_with_a_sentence_in_both_formats(
    site: Site, other: dict[str, Any], status: int, words: str
) -> None:
    key = new_key(site)
    sentences = []
    for written in ("json", "xml"):
        if "media" in other:
            other = {"media": (BytesIO(b"MZ"), "a.exe")}
        answer = send(site, key, written, **other)
        assert answer.status_code == status
        entries = answer.json if written == "json" else spec.read_xml(answer.data, ("errors", "error"))
        spec.check_errors(status, entries)
        sentences.append([entry["description"] for entry in entries])
    assert sentences[0] == sentences[1]
    assert words in " ".join(sentences[0])
    assert site.read(select(Report.id)) == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"start_date": "2026-11-01"}, 400),
        ({"start_date": "1.11.2026"}, 400),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"}, 400),
        ({"start_date": "2026-11-02T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"}, 400),
        ({"end_date": "0001-01-01T00:00:00+14:00"}, 400),
        ({"status": "reopened"}, 400),
        ({"page": "0"}, 400),
        ({"page": "-1"}, 400),
        ({"page_size": "1001"}, 400),
        ({"page": "100000"}, 400),
        ({"jurisdiction_id": "x"}, 404),
        ({"api_key": "x"}, 403),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(site: Site, asked: dict[str, str], status: int) -> None:
    answer = call(site, "requests.json", **{"api_key": new_key(site), **asked})
    assert answer.status_code == status
    spec.check_errors(status, answer.json)


def test_other_faults_have_the_form_of_the_protocol_too(site: Site) -> None:
    key = new_key(site)
    for address, status in (
        ("services/nothing.json", 404),
        ("requests/nothing.json", 404),
        ("nothing.json", 404),
        ("requests", 404),
    ):
        answer = call(site, address, api_key=key)
        entries = answer.json if address.endswith("json") else spec.read_xml(answer.data, ("errors", "error"))
        spec.check_errors(status, entries)
        assert answer.status_code == status
    client = site.app.test_client()
    deleted: Any = client.delete(f"{ROOT}/requests.json")
    spec.check_errors(405, deleted.json)
    huge: Any = client.post(
        f"{ROOT}/requests.json",
        data=b'{"a": "' + b"x" * 10_000_000 + b'"}',
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    spec.check_errors(400, huge.json)
    assert huge.status_code == 400


def test_keys_and_numbers_have_limits(site: Site) -> None:
    key = new_key(site, per_minute=8)
    for number in range(5):
        assert send(site, key, description=f"Hố ga số {number} mất nắp").status_code == 201
    spec.check_errors(429, send(site, key, description="Hố ga thứ sáu mất nắp").json)
    assert send(site, key, description="Hố khác", phone="0911222333").status_code == 201
    assert call(site, "requests.json", api_key=key).status_code == 200
    refused = call(site, "requests.json", api_key=key)
    assert refused.status_code == 429
    spec.check_errors(429, refused.json)
    site.later(minutes=1)
    assert call(site, "requests.json", api_key=key).status_code == 200


def test_reading_takes_a_key_unless_the_province_opens_it_and_may_be_switched_off(site: Site) -> None:
    assert call(site, "requests.json").status_code == 403
    assert call(site, "services.json").status_code == 200
    discovery = call(site, "discovery.json").json
    assert discovery["endpoints"][0]["url"].endswith("/open311/v2")
    public(site)
    assert call(site, "requests.json").status_code == 200
    assert send(site, "").status_code == 403
    object.__setattr__(site.app.settings, "open311", "off")
    assert call(site, "services.json").status_code == 404
    assert site.browser(COMMUNE).get("/inbox").status_code == 200
