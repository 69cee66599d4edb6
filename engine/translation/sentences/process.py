"""What is said of broken rules of `process`."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    # Cases and their steps.
    "instance-unknown": N_("Không có hồ sơ số {number}."),
    "case-finished": N_("Hồ sơ đã kết thúc."),
    "case-too-busy": N_("Hồ sơ đang bị thay đổi liên tục; hãy thử lại."),
    "case-unreadable": N_("Không đọc được hồ sơ hoặc không chuyển được bước tiếp theo ({kind})."),
    "step-unwritable": N_("Cơ sở dữ liệu không nhận nội dung của bước này ({kind})."),
    "message-delivered-already": N_("Thông điệp này vừa được chuyển xong."),
    "signal-delivered-already": N_("Tín hiệu này vừa được chuyển xong."),
    "message-not-awaited": N_("Suốt {days} ngày không có hồ sơ nào chờ thông điệp “{name}”."),
    # Incidents.
    "incident-unknown": N_("Không có sự cố số {number}."),
    "incident-resolved-already": N_("Sự cố số {number} đã được xử lý rồi."),
    "incident-not-open": N_("Không có sự cố số {number} đang chờ xử lý."),
    # The history and its anchor.
    "history-still-broken": N_("Lịch sử vẫn chưa khớp với chuỗi xác thực của nó."),
    "history-format-unknown": N_("bản này chưa đọc được dòng lịch sử ở định dạng {format}"),
    "history-row-unreadable": N_("không đọc được dòng lịch sử ở định dạng {format}: {detail}"),
    "history-row-missing": N_("hồ sơ số {case}, dòng lịch sử {row}: thiếu dòng này; dòng kế tiếp là {following}"),
    "stored-value-unreadable": N_("dữ liệu đang lưu có chỗ đã hỏng, không ghi tiếp được; hãy báo quản trị viên"),
    "history-row-damaged": N_("hồ sơ số {case}, dòng lịch sử {row}: không đọc được"),
    "history-row-changed": N_("hồ sơ số {case}, dòng lịch sử {row}: nội dung đã bị sửa"),
    "history-rows-lost": N_("hồ sơ số {case}, dòng lịch sử {row}: đã ghi {written} dòng, chỉ còn {left} dòng"),
    "history-rewritten": N_("hồ sơ số {case}, dòng lịch sử {row}: chuỗi xác thực đã bị viết lại"),
    "history-row-gone": N_("hồ sơ số {case}, dòng lịch sử {row}: bản lưu đối chiếu có dòng này nhưng nay không còn"),
    "history-row-differs": N_("hồ sơ số {case}, dòng lịch sử {row}: bản lưu đối chiếu ghi nội dung khác"),
    "anchor-foreign": N_("Tệp này không phải bản lưu đối chiếu do chương trình tạo ra."),
    "anchor-signature-wrong": N_("Chữ ký của bản lưu đối chiếu không đúng: tệp đã bị sửa hoặc được ký bằng khóa khác."),
    # Deployments.
    "report-fields-missing": N_(
        "Danh sách lĩnh vực có một mục fields, trong đó mỗi lĩnh vực có key, vi, en, departments; cần ít nhất một."
    ),
    "report-fields-too-many": N_("Danh sách có nhiều hơn {most} lĩnh vực."),
    "report-field-key": N_(
        'Mã lĩnh vực "{key}" không dùng được: key gồm chữ thường không dấu, chữ số và _, bắt đầu bằng chữ, dài nhất 40.'
    ),
    "report-field-twice": N_('Mã lĩnh vực "{key}" có hai lần trong danh sách; hãy bỏ một.'),
    "report-field-caption": N_('Lĩnh vực "{key}" cần tên ở mục {entry}, một dòng, dài nhất {most} ký tự.'),
    "report-field-departments": N_('Lĩnh vực "{key}": departments là danh sách mã đơn vị, ví dụ [75.SYT, 75.SXD].'),
    "report-field-department-unknown": N_(
        "Lĩnh vực “{field}” giao cho đơn vị mã {department}, mà tỉnh này không có; hãy sửa mã ở departments."
    ),
    "report-field-entry-unknown": N_('Lĩnh vực "{key}" không có mục {entry}; các mục là key, vi, en và departments.'),
    "deployment-folder-missing": N_("{folder} không phải là thư mục; bản triển khai cần có workflows/ và forms/."),
    "deployment-too-many-files": N_("{folder} có {count} tệp; một bản triển khai có nhiều nhất {most} tệp."),
    "deployment-too-large": N_("Các tệp trong {folder} cộng lại lớn hơn {most} MB."),
    "deployment-path-unusable": N_("Tên {name} dài hơn {most} ký tự hoặc có ký tự không lưu được."),
    "deployment-file-unreadable": N_("Không đọc được {path}: {reason}."),
    "deployment-without-process": N_("Không có quy trình nào để triển khai: workflows/ cần ít nhất một sơ đồ."),
    "deployment-content-changed": N_(
        "Các tệp đang lưu của bản triển khai số {number} không phải các tệp đã triển khai."
    ),
    "start-form-unknown": N_("Không có công việc này để bắt đầu; có thể quy trình vừa được thay bằng bản mới."),
    "start-not-allowed": N_("Vai trò của bạn không được bắt đầu “{name}”."),
    "start-unit-not-yours": N_("Bạn không được bắt đầu việc này cho đơn vị đã chọn; hãy chọn đơn vị khác."),
    "matter-unknown": N_("Không có công việc nào mã {code}."),
    "matter-of-others": N_("Công việc này của đơn vị khác; bạn không có quyền xem."),
    "deployment-none": N_("Chưa có bản triển khai nào."),
    "deployment-unknown": N_("Không có bản triển khai số {number}."),
    "deployment-content-unknown": N_("Không có bản triển khai nào có nội dung {digest}…"),
    "process-not-in-content": N_("Bản triển khai không có quy trình “{key}”."),
    "process-not-in-deployment": N_(
        "Không có quy trình “{key}” trong bản triển khai số {number}; hãy triển khai quy trình này trước."
    ),
    "process-not-deployed": N_(
        "Không có quy trình “{key}” trong bản triển khai nào; hãy triển khai quy trình này trước."
    ),
    # Cases that go on by another version.
    "migration-element-unknown": N_(
        "Không thể đổi “{old}” thành “{new}”: bản triển khai số {number} không có phần tử này."
    ),
}
