"""Evidence before "resolved": what the table asks of a result by the report's field, on the page and at sending."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from tests.kit.pictures import PNG
from tests.kit.site import COMMUNE, FOCAL, NEW, OPERATOR, Site
from tests.web.pages.test_task import RECEIVE, RESOLVE, VERIFY, complete

WHY = "đòi hỏi ảnh chụp kết quả hoặc một lần kiểm tra hiện trường trước khi ghi “đã giải quyết”"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def verified(site: Site, field: str) -> int:
    """A case of this field of which its commune is to write the result."""
    instance_id = site.file(field=field).instance_id
    complete(site, site.browser(OPERATOR), instance_id, "receive", {**RECEIVE, "field": field})
    complete(site, site.browser(FOCAL), instance_id, "assign", {"place": NEW.place})
    assert complete(site, site.browser(COMMUNE), instance_id, "verify", VERIFY).status_code == 302
    return instance_id


@pytest.mark.parametrize(
    "shown", [{"visited_at": "2026-11-25T10:00"}, {"photos": [(BytesIO(PNG), "sau.png")]}], ids=["visit", "photo"]
)
def test_a_result_without_evidence_is_refused_with_what_is_missing_and_why(site: Site, shown: dict[str, Any]) -> None:
    instance_id, commune = verified(site, "infrastructure"), site.browser(COMMUNE)
    page = commune.get(f"/tasks/{site.task(instance_id, 'resolve').id}").text
    assert "&#34;evidence&#34;: &#34;photo_or_visit&#34;" in page
    refused = complete(site, commune, instance_id, "resolve", RESOLVE)
    assert refused.status_code == 422
    assert WHY in refused.text
    assert '<a href="#photos">' in refused.text
    assert complete(site, commune, instance_id, "resolve", {**RESOLVE, **shown}).status_code == 302


def test_a_paper_is_no_photo(site: Site) -> None:
    instance_id, commune = verified(site, "environment"), site.browser(COMMUNE)
    papers = {**RESOLVE, "photos": [(BytesIO(PDF), "báo cáo.pdf")]}
    refused = complete(site, commune, instance_id, "resolve", papers)
    assert refused.status_code == 422
    assert "Ô này chỉ nhận ảnh; tệp báo cáo.pdf không phải là ảnh." in refused.text


def test_a_field_for_which_the_table_asks_nothing_needs_its_texts_alone(site: Site) -> None:
    instance_id, commune = verified(site, "health"), site.browser(COMMUNE)
    assert complete(site, commune, instance_id, "resolve", {**RESOLVE, "solution": ""}).status_code == 422
    assert complete(site, commune, instance_id, "resolve", RESOLVE).status_code == 302
