"""What people call those whom mails go to and what reaches a case from outside, which no file names."""

from __future__ import annotations

from collections.abc import Mapping

from engine.translation.catalogue import N_

RECIPIENT_WORDS: Mapping[str, str] = {
    "unit": N_("Đơn vị đang giữ việc"),
    "unit_above": N_("Đơn vị cấp trên"),
    "provincial_office": N_("Văn phòng UBND tỉnh"),
    "hotline": N_("Tổng đài 1022"),
    "police": N_("Công an"),
    "citizen": N_("Người dân"),
    "unit_head": N_("Lãnh đạo đơn vị đang giữ việc"),
    "holder": N_("Người đang giữ việc"),
    "everybody": N_("Mọi cán bộ của đơn vị đang giữ việc"),
}
MESSAGE_WORDS: Mapping[str, str] = {
    "withdraw": N_("Người dân rút phản ánh"),
    "reroute": N_("Văn phòng sửa địa bàn, lĩnh vực"),
    "recall": N_("Văn phòng thu hồi hồ sơ"),
    "merged": N_("Hồ sơ được gộp vào hồ sơ khác"),
    "unmerged": N_("Hồ sơ được tách ra khỏi hồ sơ gộp"),
    "merged_closed": N_("Hồ sơ gộp đã kết thúc"),
    "asked_again": N_("Người dân hỏi lại"),
    "deadline_moved": N_("Thời hạn được dời"),
}
# What every case begins with and no form asks.
NAME_WORDS: Mapping[str, str] = {
    "case": N_("Số thứ tự của hồ sơ"),
    "code": N_("Mã hồ sơ"),
    "due": N_("Hạn giải quyết"),
    "place": N_("Địa bàn của hồ sơ"),
    "channel": N_("Kênh tiếp nhận"),
    "starter": N_("Người bắt đầu"),
    "starter_role": N_("Vai trò của người bắt đầu"),
    "starter_unit": N_("Đơn vị của người bắt đầu"),
}
CLOCK_WORDS: Mapping[str, str] = {"working": N_("giờ làm việc"), "24x7": N_("giờ liên tục (24/7)")}
# What tables answer and no form asks, by the value.
ANSWER_WORDS: Mapping[str, str] = {
    "department": N_("sở, ngành"),
    "commune": N_("xã, phường"),
    "tier2": N_("cấp 2"),
    "photo_or_visit": N_("ảnh hoặc kiểm tra hiện trường"),
    "none": N_("không cần"),
}
