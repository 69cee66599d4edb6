"""What is said of broken rules of `answers`."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "answer-unknown": N_("Không có câu trả lời mẫu này."),
    "answer-version-unknown": N_("Câu trả lời mẫu này không có bản {number}."),
    "answer-of-other-department": N_("Câu trả lời mẫu này của cơ quan khác."),
    "answer-for-other-department": N_("Bạn không viết được câu trả lời thay cơ quan khác; chọn cơ quan của bạn."),
    "field-of-other-department": N_("Lĩnh vực này do cơ quan khác phụ trách."),
    "answer-owner-missing": N_("Chọn cơ quan chịu trách nhiệm."),
    "answer-field-unknown": N_("Chọn lĩnh vực."),
    "answer-question-length": N_("Câu hỏi cần 1 đến {most} ký tự, viết trên một dòng."),
    "answer-text-length": N_("Câu trả lời cần 1 đến {most} ký tự."),
    "answer-note-length": N_("Nêu lý do, {least} đến {most} ký tự."),
    "answer-unchanged": N_("Chưa có gì khác bản đang dùng; sửa câu hỏi, câu trả lời, lĩnh vực hoặc cơ quan rồi lưu."),
    "answer-version-in-use": N_("Nội dung này đang được dùng rồi."),
    "answer-retired-already": N_("Câu trả lời mẫu này đã thôi dùng từ trước."),
    "answer-changed-meanwhile": N_("Người khác vừa thay đổi câu này trước; hãy xem bản mới nhất rồi làm lại."),
    "open-question-incomplete": N_("Câu hỏi cần có nội dung và lĩnh vực."),
    "answers-period-invalid": N_("Ngày cuối phải sau ngày đầu, và kỳ không quá một năm."),
    "sample-period-too-long": N_("Kỳ rút thăm không quá {most} ngày."),
    "sample-size-out-of-range": N_("Mỗi đơn vị rút 1 đến {most} hồ sơ."),
    "sample-seed-length": N_("Số rút thăm cần 1 đến {most} ký tự, viết trên một dòng."),
    "reviewable-case-unknown": N_("Không có hồ sơ này trong số hồ sơ được xã, phường trả lời."),
    "verdict-missing": N_("Chọn một kết luận."),
    "verdict-note-length": N_("Ghi nhận xét cho đơn vị, {least} đến {most} ký tự."),
    "case-reviewed-already": N_("Người khác đã nhận xét hồ sơ này trước."),
    "answer-to-publish-unknown": N_("Hồ sơ này không có câu trả lời còn giá trị."),
    "published-answer-length": N_("Câu trả lời công khai phải có nội dung và không quá {most} ký tự."),
    "published-answer-personal": N_(
        "Trong câu trả lời còn tên người, số nhà, tên đường, số điện thoại hoặc thư điện tử; "
        "những chỗ đó đã được che bằng […], hãy đọc lại."
    ),
    "verdict-unknown": N_("Không có nhận xét này."),
    "verdict-on-other-unit": N_("Nhận xét này về đơn vị khác."),
    "verdict-reply-length": N_("Ghi phản hồi, {least} đến {most} ký tự."),
    "verdict-replied-already": N_("Người khác đã phản hồi nhận xét này trước."),
}
