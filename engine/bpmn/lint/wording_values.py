"""Vietnamese sentences of the rules on the values that an analyst types, by rule."""

from __future__ import annotations

from engine.translation.catalogue import N_

VALUE_SENTENCES: dict[str, str] = {
    "value-mistyped": N_("{name} không bao giờ là {value}; có phải ý bạn là {near}?"),
    "value-impossible": N_("{name} không bao giờ là {value}; chỉ có thể là: {known}."),
    "value-of-other-kind": N_("{name} không bao giờ là {value}; hãy so với một giá trị mà nó có thể có."),
    "value-empty-text": N_("{name} không bao giờ là chữ rỗng; để hỏi là chưa có gì, hãy viết None."),
    "value-not-to-set": N_("{name} không thể được đặt là {value}; chỉ có thể là: {known}."),
    "unit-nonexistent": N_("Không có đơn vị mang mã {code}; hồ sơ đến đây sẽ không có ai nhận. Hãy chọn đơn vị khác."),
    "unit-mistyped": N_("Không có đơn vị mang mã {code}; có phải ý bạn là {near}?"),
    "division-by-zero": N_("`{text}` chia cho 0, bước này sẽ luôn dừng vì lỗi; hãy sửa phép chia."),
}
