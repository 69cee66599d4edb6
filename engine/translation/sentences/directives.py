"""What is said of broken rules of `directives`."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "directive-unknown": N_("Không có văn bản đôn đốc này."),
    "directive-changed-meanwhile": N_("Văn bản đã được sửa hoặc ban hành từ khi bạn mở; mở lại để xem hiện trạng."),
    "directive-task-gone": N_("Việc này đã hoàn thành hoặc người khác đang làm; mở lại văn bản để xem hiện trạng."),
    "directive-too-many-cases": N_("Một văn bản nêu tối đa {most} hồ sơ; chọn ít hồ sơ hơn."),
    "directive-without-cases": N_("Văn bản phải nêu ít nhất một hồ sơ đang quá hạn."),
    "directive-subject-length": N_("Ghi trích yếu, tối đa {most} ký tự."),
    "directive-demand-length": N_("Ghi yêu cầu đối với đơn vị, tối đa {most} ký tự."),
    "directive-signer-title-length": N_("Ghi chức vụ người ký, tối đa {most} ký tự."),
    "directive-signer-name-length": N_("Họ tên người ký tối đa {most} ký tự."),
    "directive-days-out-of-range": N_("Hạn báo cáo từ 1 đến {most} ngày làm việc."),
    "directive-process-missing": N_(
        "Bộ quy trình đang dùng chưa có quy trình trả lời văn bản đôn đốc ({process}); báo chuyên viên quy trình."
    ),
    "directive-template-unknown": N_("Không có phiên bản này của mẫu văn bản."),
    "directive-template-empty": N_("Tệp trống."),
    "directive-template-too-large": N_("Tệp quá lớn: mẫu tối đa 2 MB và vài trang."),
    "directive-template-too-heavy": N_(
        "Lập thử văn bản từ tệp này mất quá nhiều thời gian hoặc bộ nhớ. Dùng mẫu đơn giản hơn."
    ),
    "directive-template-not-word": N_("Đây không phải tệp Word (.docx). Mở tệp bằng Word và lưu lại dạng .docx."),
    "directive-template-active-part": N_("Tệp có macro hoặc đối tượng nhúng ({name}). Bỏ phần này rồi tải lên lại."),
    "directive-template-outside-link": N_(
        "Tệp có liên kết ra ngoài hoặc trường tự động ({name}). Bỏ phần này rồi tải lên lại."
    ),
    "directive-template-strange-part": N_(
        "Tệp có phần không được nhận ({name}). Chép nội dung sang tệp Word mới rồi lưu lại."
    ),
    "directive-template-field-unknown": N_("Không có trường “{name}”. Dùng các trường trong danh sách bên dưới."),
    "directive-template-filter-refused": N_(
        "Không dùng được “{name}” trong trường. Các cách viết được nhận có trong danh sách bên dưới."
    ),
    "directive-template-construct-refused": N_("Mẫu có chỗ viết không được nhận ({name}). Chỉ dùng trường, if và for."),
    "directive-template-loop-refused": N_("Không lặp được theo “{name}”: chỉ lặp theo danh sách, tối đa hai lớp."),
    "directive-template-syntax": N_("Một trường trong mẫu viết chưa đúng ({name})."),
    "directive-template-broken": N_("Không lập được văn bản từ mẫu này. Tải mẫu đang dùng về và sửa trên đó."),
}
