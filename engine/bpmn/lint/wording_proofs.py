"""Vietnamese sentences of the proofs that every case can end, by rule."""

from __future__ import annotations

from engine.translation.catalogue import N_

PROOF_SENTENCES: dict[str, str] = {
    "proof-proven": N_("Đã chứng minh: mọi hồ sơ của “{name}” luôn có thể đi đến kết thúc, không bước nào thừa."),
    "proof-flawed": N_("“{name}” có đường đi không đến kết thúc đúng; xem các ghi chú."),
    "proof-undecided": N_("“{name}” chưa kết luận được trong giới hạn tìm kiếm; hãy tách bớt thành quy trình con."),
    "proof-join": N_(
        "Cổng này có thể chờ mãi một nhánh không đến, sau {way}; "
        "hãy gộp các nhánh bằng cổng cùng loại với cổng đã tách."
    ),
    "proof-message": N_(
        "Hồ sơ có thể chờ mãi ở đây, sau {way}: không ai gửi điều nó chờ; "
        "hãy vẽ bước gửi hoặc thêm lối ra theo thời hạn."
    ),
    "proof-stuck": N_("Từ đây hồ sơ có thể không bao giờ kết thúc, sau {way}; hãy vẽ lối ra đến sự kiện kết thúc."),
    "proof-twice": N_(
        "Bước này có thể mở hai lần cùng lúc, sau {way}; "
        "hãy gộp các nhánh bằng cổng song song hoặc cổng bao hàm trước nó."
    ),
    "proof-dead": N_("Không hồ sơ nào đến được bước này; hãy nối lại luồng vào nó hoặc xóa nó."),
}
