"""The names of roles, kinds of unit and weekdays: Vietnamese, marked for the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from engine.translation.catalogue import N_
from engine.translation.wording import Term

ROLE_CAPTIONS: Mapping[str, str] = {
    "operator": N_("Tổng đài viên"),
    "tier2_focal": N_("Đầu mối cấp 2"),
    "commune": N_("Đầu mối xã, phường"),
    "police": N_("Công an"),
    "department": N_("Sở, ngành"),
    "provincial_office": N_("Văn phòng UBND tỉnh"),
    "leadership": N_("Lãnh đạo UBND tỉnh"),
    "administrator": N_("Quản trị"),
    "analyst": N_("Phân tích nghiệp vụ"),
    "unit_head": N_("Lãnh đạo đơn vị"),
    "citizen": N_("Người dân"),
    "starter": N_("Người đã bắt đầu"),
    "anybody": N_("Mọi cán bộ"),
}
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


def role_term(role: str) -> Term | str:
    """The name of a role, as a fact of a sentence; the role itself when it has no name."""
    return Term(ROLE_CAPTIONS[role]) if role in ROLE_CAPTIONS else role


def kind_term(kind: str) -> Term | str:
    """The name of a kind of unit, as a fact of a sentence; the kind itself when it has no name."""
    return Term(UNIT_KIND_CAPTIONS[kind]) if kind in UNIT_KIND_CAPTIONS else kind
