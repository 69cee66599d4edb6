"""What is said of broken rules of `cases` and `chase`, and of what their pages are sent."""

from __future__ import annotations

from engine.translation.catalogue import N_

_FILES = {
    "attachment-empty": N_("Tệp “{name}” trống."),
    "attachment-too-large": N_("Tệp “{name}” lớn hơn {most} MB."),
    "attachment-kind-refused": N_(
        "Tệp “{name}” không thuộc loại được nhận (ảnh JPEG, PNG, WebP, AVIF; PDF, Word, Excel; MP3, M4A; MP4, MOV)."
    ),
    "attachment-macros": N_(
        "Tệp “{name}” có macro hoặc điều khiển tự chạy, hệ thống không nhận. "
        "Lưu lại thành .docx hoặc .xlsx không có macro, hoặc xuất ra PDF rồi gửi lại."
    ),
    "attachment-embedded": N_(
        "Tệp “{name}” có tệp hoặc đối tượng khác nhúng bên trong, hệ thống không nhận. "
        "Bỏ phần nhúng, hoặc xuất ra PDF rồi gửi lại."
    ),
    "attachment-pdf-cut": N_("Tệp “{name}” là PDF không đầy đủ, không mở được. Lưu hoặc tải lại tệp rồi gửi lại."),
    "attachment-no-picture": N_("Ô này chỉ nhận ảnh; tệp {name} không phải là ảnh."),
    "attachment-heic": N_(
        "Tệp “{name}” là ảnh HEIC của điện thoại, hệ thống không nhận. Hãy chọn ảnh JPEG: trên iPhone, vào Cài đặt, "
        "Camera, Định dạng, chọn “Tương thích nhất” rồi chụp lại, hoặc chụp màn hình ảnh đó."
    ),
    "picture-unreadable": N_(
        "Tệp “{name}” không mở được như một ảnh: tệp hỏng, hoặc không phải là ảnh. Chọn tệp khác."
    ),
    "picture-too-many-points": N_("Ảnh “{name}” quá lớn (trên 50 triệu điểm ảnh). Thu nhỏ ảnh rồi gửi lại."),
    "pictures-too-busy": N_("Đang có quá nhiều tệp được gửi cùng lúc. Đợi một phút rồi gửi lại tệp “{name}”."),
    "film-unreadable": N_("Tệp “{name}” không mở được như một đoạn phim hoặc ghi âm: tệp hỏng. Chọn tệp khác."),
    "files-too-often": N_(
        "Từ đây vừa có rất nhiều tệp được gửi, nên tệp “{name}” chưa được nhận. Thử lại sau một giờ."
    ),
    "attachments-too-large": N_("Các tệp của một biểu mẫu không quá {most} MB."),
    "attachments-own-too-large": N_(
        "Các tệp trong những biểu mẫu chưa gửi của bạn đã tới {most} MB. Gửi hoặc bỏ bớt rồi chọn lại."
    ),
    "attachments-too-many": N_("Một phản ánh có tối đa {most} tệp."),
    "attachment-unknown": N_("Không có tệp này."),
    "attachment-altered": N_("Tệp này đã bị sửa trong cơ sở dữ liệu, không còn là tệp đã nhận."),
    "attachment-shows-reporter": N_(
        "Tệp có thể cho biết ai đã phản ánh, "
        "nên chỉ người đang giải quyết hồ sơ hoặc đã nêu lý do cần xem mới tải được."
    ),
}

_REPORTS = {
    "reports-too-often": N_(
        "Từ đây hoặc từ số điện thoại này vừa có nhiều phản ánh được gửi, nên phản ánh này chưa được nhận. "
        "Nội dung đã nhập còn nguyên: xin gửi lại sau, hoặc gọi 1022."
    ),
    "report-value-unknown": N_("Giá trị “{value}” của mục {caption} không có; dùng một trong: {allowed}."),
    "report-place-unknown": N_("“{place}” không phải là mã của xã, phường nào."),
    "report-text-too-long": N_("Mục {caption} quá dài, tối đa {most} ký tự."),
    "report-text-unreadable": N_("Mục {caption} có ký tự không lưu được; vui lòng gõ lại."),
    "report-time-without-zone": N_("Mục {caption}: thời điểm {at} không kèm múi giờ."),
    "report-incomplete": N_("Thiếu {caption}: phản ánh phải có họ tên, số điện thoại và địa chỉ của người phản ánh."),
    "report-phone-malformed": N_(
        "Số điện thoại chưa đúng: đây không phải là số thuê bao Việt Nam; số thuê bao có 10 chữ số, ví dụ 0912 345 678."
    ),
    "report-form-missing": N_("Bộ quy trình đang dùng không có biểu mẫu “{form}”."),
    "form-has-faults": N_("Biểu mẫu còn mục cần sửa: {faults}."),
    "field-has-faults": N_("{key} ({faults})"),
}

_CASES = {
    "case-code-malformed": N_("{code} không phải là mã hồ sơ; mã hồ sơ có dạng DN-26-004217-D."),
    "case-code-mistyped": N_("{code} sai chữ cái kiểm tra ở cuối; vui lòng đọc lại mã hồ sơ."),
    "case-code-ambiguous": N_("Có nhiều hồ sơ cùng số này: {codes}; hãy nhập đủ mã."),
    "case-code-unknown": N_("Không có hồ sơ nào có mã {code}."),
    "open-case-unknown": N_("Không có hồ sơ đang mở nào có mã {code}."),
    "case-moved-on": N_("Hồ sơ vừa có thay đổi; mở lại hồ sơ để xem hiện trạng."),
    "case-missing": N_("Không có hồ sơ này."),
    "case-of-other-units": N_("Hồ sơ này thuộc đơn vị khác."),
    "case-task-unknown": N_("Không có việc này."),
    "citizen-task-unknown": N_("Không có việc nào đang chờ người phản ánh trả lời ở đây."),
    "task-moved-on": N_("Người khác đã nhanh hơn: việc này vừa được nhận hoặc hoàn thành."),
    "own-work-checked": N_(
        "Không ai tự kiểm tra việc mình đã làm: bạn đã làm một bước của hồ sơ này khi xử lý thay, hoặc đang thay người "
        "phải kiểm tra bạn. Hãy giao cho đồng nghiệp khác."
    ),
    "task-delegated-by-another": N_("Việc này không do bạn nhờ đồng nghiệp làm; chỉ người đã nhờ mới lấy lại được."),
    "opinion-not-awaited": N_("Ý kiến đã được ghi nhận trước đó."),
    "task-list-unknown": N_("Không có danh sách này."),
}

_TRACKING = {
    "tracking-key-malformed": N_("Khóa tra cứu gồm tám chữ và số viết thành hai nhóm, ví dụ 7KMC-4XTR; hãy nhập lại."),
    "tracking-key-letters": N_("Khóa tra cứu không có chữ {letters}; hãy xem lại khóa đã ghi."),
    "tracking-link-unknown": N_("Liên kết này không đầy đủ hoặc không đúng; hãy nhập mã hồ sơ và khóa tra cứu."),
    "tracking-link-expired": N_("Liên kết này đã hết hạn; hãy nhập mã hồ sơ và khóa tra cứu."),
    "tracking-link-replaced": N_("Phản ánh đã có khóa tra cứu mới nên liên kết này không còn dùng được."),
    "key-check-missing": N_("Chọn cách đã kiểm tra người gọi trước khi cấp khóa mới."),
    "key-needs-particulars": N_("Nêu lý do cần xem thông tin người phản ánh trước, để kiểm tra được người gọi."),
    "one-time-code-malformed": N_("Mã xác nhận gồm sáu hoặc chín chữ số; hãy nhập lại."),
    "one-time-code-wrong": N_("Mã xác nhận chưa đúng; còn {left} lần nhập."),
    "one-time-code-spent": N_("Mã xác nhận đã bị nhập sai quá nhiều lần; hãy yêu cầu mã khác."),
    "one-time-code-expired": N_("Mã xác nhận đã hết hạn; hãy yêu cầu mã khác."),
    "one-time-code-used": N_("Mã xác nhận này đã được dùng; hãy yêu cầu mã khác."),
}

_CORRECTIONS = {
    "correction-unknown": N_("Không có việc sửa hồ sơ này."),
    "correction-not-possible": N_("Hồ sơ đang ở tình trạng không sửa được như vậy; mở lại hồ sơ để xem hiện trạng."),
    "reason-length": N_("Nêu lý do, từ {least} đến {most} ký tự."),
    "reason-unreadable": N_("Nêu lý do bằng chữ đọc được: nội dung vừa gửi có ký tự lạ, vui lòng gõ lại."),
    "reroute-changes-nothing": N_("Địa bàn và lĩnh vực vẫn như cũ; chọn địa bàn khác hoặc lĩnh vực khác."),
    "correction-place-unknown": N_("Chọn xã, phường trong danh sách."),
    "correction-field-unknown": N_("Chọn lĩnh vực trong danh sách."),
    "split-content-missing": N_("Ghi nội dung của phần được tách."),
    "merge-into-itself": N_("Không gộp được hồ sơ vào chính nó; nhập mã của một hồ sơ khác đang mở."),
    "merge-into-merged": N_("Hồ sơ {code} đã được gộp vào hồ sơ khác; nhập mã của hồ sơ chính đang mở."),
    "case-not-merged": N_("Hồ sơ này không gộp vào hồ sơ nào."),
}

_CALLS = {
    "call-reason-unknown": N_("Chọn lý do không lập phản ánh trong danh sách."),
    "call-given-answer-left-over": N_(
        "Đã ghi nội dung trả lời: bấm “Đã trả lời, kết thúc”, hoặc xóa nội dung này rồi làm tiếp."
    ),
    "call-divert-reason-left-over": N_(
        "Đã ghi nơi nhận đơn: bấm “Đã hướng dẫn, kết thúc”, hoặc xóa nội dung này rồi làm tiếp."
    ),
    "call-petition-place-missing": N_("Chọn nơi nhận đơn, hoặc ghi nơi đã hướng dẫn."),
    "petition-places-malformed": N_("Bảng nơi nhận đơn {file} thiếu cột hoặc có dòng sai; báo quản trị viên."),
}

_CHASE = {
    "chase-list-unknown": N_("Không có danh sách này."),
    "chase-act-unknown": N_("Chọn việc cần làm."),
    "chase-days-range": N_("Số ngày gia hạn từ 1 đến {most}."),
    "chase-cases-too-many": N_("Chọn tối đa {most} hồ sơ mỗi lần."),
    "chase-department-unknown": N_("Chọn sở, ngành trong danh sách."),
    "chase-case-changed": N_("Hồ sơ vừa có thay đổi; xem lại rồi quyết định."),
    "chase-task-held": N_("Đồng nghiệp đang giữ việc đôn đốc của hồ sơ này."),
    "chase-not-possible-now": N_("Hồ sơ đang ở bước không làm được việc này."),
    "chase-reminded-today": N_("Hôm nay đã nhắc rồi."),
    "chase-step-failed": N_("Quy trình không đi tiếp được với nội dung này; báo quản trị viên."),
}

_REQUESTS = {
    "version-missing": N_("Nội dung gửi lên không cho biết trang được mở lúc nào; tải lại trang rồi làm lại."),
    "page-end-malformed": N_("Địa chỉ của trang danh sách không đúng; mở lại danh sách từ đầu."),
    "channel-unknown": N_("Không có kênh tiếp nhận này; chọn lại trong danh sách."),
    "filter-field-unknown": N_("Không có lĩnh vực này; chọn lại trong danh sách."),
    "chosen-task-malformed": N_("Việc đã chọn không đọc được; mở lại danh sách rồi chọn lại."),
    "chosen-case-malformed": N_("Hồ sơ đã chọn không đọc được; mở lại danh sách rồi chọn lại."),
    "tasks-act-unknown": N_("Không làm được việc này với các việc đã chọn; chọn lại trong danh sách."),
    "directive-without-preview": N_("Văn bản đôn đốc không có bản xem nhanh; mở trang của văn bản."),
}

SENTENCES: dict[str, str] = {
    **_FILES,
    **_REPORTS,
    **_CASES,
    **_TRACKING,
    **_CORRECTIONS,
    **_CALLS,
    **_CHASE,
    **_REQUESTS,
    "open311-jurisdiction-unknown": N_("Ở đây không có jurisdiction_id này; tỉnh này là {known}, hoặc bỏ trống."),
    "open311-service-unknown": N_("Không có service_code “{code}”; danh sách ở services."),
    "open311-request-unknown": N_("Không có phản ánh “{code}”."),
    "open311-span": N_("start_date phải trước end_date và cách không quá {most} ngày."),
    "open311-date": N_("{name} cần ngày giờ kèm múi giờ, ví dụ 2026-12-01T08:00:00+07:00."),
    "open311-number": N_("{name} là một số từ 1 đến {most}."),
    "open311-status": N_("status chỉ nhận open, closed, hoặc cả hai cách nhau bằng dấu phẩy."),
    "open311-not-a-form": N_(
        "Gửi phản ánh dưới dạng biểu mẫu (application/x-www-form-urlencoded hoặc multipart/form-data)."
    ),
    "open311-media-url": N_(
        "Hệ thống không tải ảnh từ địa chỉ khác: bỏ media_url và gửi ảnh dưới dạng tệp trong trường media."
    ),
}
