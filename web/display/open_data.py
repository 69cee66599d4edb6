"""Describes the open data of /cong-khai in the words of DCAT 3 (W3C), with what DCAT-AP 3 asks of each class."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from engine.statistics.days import last_of_month
from web.display.province_name import province_name
from web.http.request import address_for_others, current_language

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA = "https://www.iana.org/assignments/media-types/"
# What a month can be had as: its page, its media type.
FORMS = (
    ("public_data.download_public_csv", "text/csv"),
    ("public_data.download_public_json", "application/json"),
    ("public_data.download_public_areas", "application/geo+json"),
)
PUBLIC = {"@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC"}
MONTHLY = {"@id": "http://purl.org/cld/freq/monthly"}


def describe_catalogue(months: Sequence[date]) -> dict[str, object]:
    """The catalogue with a data set for each month that begins on one of `months`."""
    return {
        "@context": CONTEXT,
        "@id": address_for_others("public_data.describe_open_data"),
        "@type": "dcat:Catalog",
        "dct:title": _text(_("Dữ liệu mở của tổng đài 1022 %(province)s", province=province_name())),
        "dct:description": _text(_("Kết quả tiếp nhận và giải quyết phản ánh của người dân, theo tháng.")),
        "dct:publisher": _publisher(),
        "dct:language": current_language(),
        "foaf:homepage": {"@id": address_for_others("public_figures.show_public_figures")},
        "dcat:dataset": [_describe_month(first) for first in months],
    }


def _describe_month(first: date) -> dict[str, object]:
    month, last = f"{first:%Y-%m}", last_of_month(first)
    period = {"dcat:startDate": _day(first), "dcat:endDate": _day(last)}
    return {
        "@id": address_for_others("public_figures.show_public_figures", month=month),
        "@type": "dcat:Dataset",
        "dct:identifier": f"cong-khai-{month}",
        "dct:title": _text(_("Kết quả giải quyết phản ánh tháng %(month)s", month=f"{first:%m/%Y}")),
        "dct:description": _text(
            _("Số phản ánh tiếp nhận, đã giải quyết, đúng hạn và được đánh giá; số dưới 5 được ẩn.")
        ),
        "dct:publisher": _publisher(),
        "dct:accessRights": PUBLIC,
        "dct:accrualPeriodicity": MONTHLY,
        "dct:temporal": {"@type": "dct:PeriodOfTime", **period},
        "dcat:distribution": [_describe_form(page, media_type, month) for page, media_type in FORMS],
    }


def _describe_form(page: str, media_type: str, month: str) -> dict[str, object]:
    address = {"@id": address_for_others(page, month=month)}
    return {
        "@id": address["@id"] + "#file",
        "@type": "dcat:Distribution",
        "dct:title": _text(media_type),
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dcat:mediaType": {"@id": _MEDIA + media_type},
    }


def _publisher() -> dict[str, object]:
    name = _("Ủy ban nhân dân %(province)s", province=province_name())
    return {"@type": "foaf:Agent", "foaf:name": _text(name)}


def _text(text: str) -> dict[str, str]:
    return {"@value": text, "@language": current_language()}


def _day(day: date) -> dict[str, str]:
    return {"@value": day.isoformat(), "@type": "xsd:date"}
