"""Vietnamese sentences of what elements of stored deployments meant before, by rule."""

from __future__ import annotations

from engine.translation.catalogue import N_

MEANING_SENTENCES: dict[str, str] = {
    "meaning-data": N_(
        "Các nhánh từ đây nay dùng chung dữ liệu ({names}); "
        "trước đây mỗi nhánh có bản sao riêng, nhánh đến sau cùng thắng."
    ),
    "meaning-each-time": N_("Sự kiện này nay nhận {trigger} mỗi lần đến; trước đây chỉ nhận lần đầu."),
    "meaning-stays": N_(
        "Các bước mà hẹn giờ lặp lại này đã mở nay vẫn còn khi bước chính xong; trước đây chúng bị đóng theo."
    ),
    "meaning-code": N_(
        "Sự kiện không nêu mã này nay chỉ nhận mã mà không sự kiện nào bên cạnh nêu; "
        "trước đây sự kiện vẽ trước được nhận trước."
    ),
    "meaning-months": N_("Tháng và năm của hẹn giờ này nay theo lịch; trước đây tháng dài bằng tháng đầu tiên."),
    "meaning-signal": N_("Tín hiệu '{name}' nay đến mọi hồ sơ đang chờ nó; trước đây chỉ ở trong một hồ sơ."),
    "meaning-message": N_(
        "Nhiều bước chờ tin nhắn '{name}': nay chỉ bước chờ lâu nhất của hồ sơ nhận; trước đây tất cả đều nhận."
    ),
    "meaning-start": N_("Bắt đầu bằng {trigger} nay tự tạo hồ sơ; trước đây hồ sơ được tạo tay rồi chờ ở đây."),
    "meaning-results": N_("Kết quả nay xếp theo thứ tự của các mục; trước đây theo thứ tự làm xong."),
    "meaning-item": N_("Tên '{name}' nay chỉ có trong lúc lặp; trước đây giá trị của mục sau cùng còn lại."),
    "meaning-truth": N_("“{text}”: True và False nay khác mọi số; trước đây False bằng 0 và True bằng 1."),
    "meaning-unique": N_(
        "Nếu hai dòng của bảng UNIQUE này cùng khớp thì bước nay dừng lại và báo sự cố; trước đây lấy dòng đầu tiên."
    ),
}
