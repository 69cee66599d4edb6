"""What has ended stays as it was: a page left open does not write into the case."""

from __future__ import annotations

from sqlalchemy import func, select

from engine.store.models import Contact, History
from tests.kit.site import COMMUNE, Site
from tests.web.pages.test_corrections import correct
from tests.web.pages.test_task import received

CONTACT = {"means": "phone", "reached": "no", "note": "Máy bận"}


def test_no_contact_is_logged_once_the_case_has_ended(site: Site) -> None:
    instance_id = received(site)
    address = f"/tasks/{site.task(instance_id, 'verify').id}/contacts"
    commune = site.browser(COMMUNE)
    assert commune.post(address, CONTACT).status_code == 302
    assert correct(site, "withdraw").status_code == 302
    rows = [select(func.count()).select_from(model) for model in (Contact, History)]
    before = [site.read(query) for query in rows]
    answer = commune.post(address, CONTACT)
    assert (answer.status_code, "Hồ sơ đã kết thúc." in answer.text) == (409, True)
    assert [site.read(query) for query in rows] == before
