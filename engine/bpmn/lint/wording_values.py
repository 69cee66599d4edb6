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
    "value-written-unasked": N_("{name} được đặt là {value} mà không nơi nào hỏi giá trị ấy; có phải ý bạn là {near}?"),
    "name-written-unread": N_("Không nơi nào đọc '{name}'; có phải ý bạn là '{near}'?"),
    "value-without-quotes": N_("{name} không bao giờ bằng {other}; nếu đó là một giá trị, hãy viết {value}."),
    "names-never-equal": N_("{name} không bao giờ bằng {other}: hai bên không có giá trị nào chung."),
    "number-in-quotes": N_("{value} là chữ chứ không phải số; hãy viết {number} không có dấu nháy."),
    "loop-without-wait": N_(
        "Vòng lặp qua {nodes} không chờ việc, hẹn giờ hay tin nhắn nào nên có thể quay mãi; "
        "hãy thêm chỗ chờ hoặc bộ đếm."
    ),
    "division-by-zero": N_("`{text}` chia cho 0, bước này sẽ luôn dừng vì lỗi; hãy sửa phép chia."),
}
