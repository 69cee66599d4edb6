"""Texts that seeded reports are made of: invented names, streets and matters."""

from __future__ import annotations

from engine.staff.people import invented_name

NAMES = tuple(invented_name(number) for number in range(500))
_STREETS = ("Hoa Sen", "Lê Lợi", "Trần Phú", "Nguyễn Trãi", "Phan Chu Trinh", "Bạch Đằng", "Sông Mây", "Suối Tre")
ADDRESSES = tuple(f"đường {street}, khu phố {number}" for street in _STREETS for number in range(1, 9))
_WHAT = (
    "Đèn đường hỏng", "Rác chưa được thu gom", "Trạm y tế đóng cửa", "Nước sinh hoạt đục", "Hát karaoke ồn ào",
    "Trợ cấp chưa nhận được", "Đường ngập sau mưa", "Hồ sơ một cửa trễ hẹn", "Chó thả rông", "Cây gãy chắn lối đi",
    "Trường thu thêm khoản tiền", "Xe tải chạy giờ cấm", "Khói bụi từ xưởng gỗ", "Cột điện nghiêng", "Cống bị tắc",
)  # fmt: skip
_SINCE = ("từ hôm qua", "ba ngày nay", "cả tuần nay", "nhiều tháng", "mỗi buổi tối", "vào giờ hành chính")
_WISH = ("đề nghị kiểm tra", "mong sớm khắc phục", "đã báo khu phố", "xin được trả lời", "nhiều hộ bị ảnh hưởng")
CONTENTS = tuple(f"{what} {since}, {wish}." for what in _WHAT for since in _SINCE for wish in _WISH)
