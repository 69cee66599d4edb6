"""The names of kinds of unit and weekdays: Vietnamese, marked for the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from engine.translation.catalogue import N_
from engine.translation.wording import Term

UNIT_KIND_CAPTIONS: Mapping[str, str] = {
    "default": N_("Giờ chung"),
    "province": N_("Tỉnh"),
    "district": N_("Huyện, thành phố"),
    "commune": N_("Xã, phường"),
    "office": N_("Văn phòng"),
    "hotline": N_("Tổng đài"),
    "department": N_("Sở, ngành"),
    "police": N_("Công an"),
}
WEEKDAYS = (
    N_("thứ Hai"),
    N_("thứ Ba"),
    N_("thứ Tư"),
    N_("thứ Năm"),
    N_("thứ Sáu"),
    N_("thứ Bảy"),
    N_("Chủ nhật"),
)


def kind_term(kind: str) -> Term | str:
    """The name of a kind of unit, as a fact of a sentence; the kind itself when it has no name."""
    return Term(UNIT_KIND_CAPTIONS[kind]) if kind in UNIT_KIND_CAPTIONS else kind
