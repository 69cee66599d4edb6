"""What is said of broken rules of `privacy`, `records` and `registers`."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "data-request-unknown": N_("Không có yêu cầu này."),
    "data-request-kind-unknown": N_("Chọn loại yêu cầu."),
    "data-subject-phone-invalid": N_("Số điện thoại có 10 chữ số, ví dụ 0912 345 678."),
    "data-subject-name-length": N_("Ghi họ và tên của người yêu cầu, {least} đến {most} ký tự."),
    "identity-check-length": N_("Ghi đã kiểm tra danh tính bằng cách nào ({least} đến {most} ký tự)."),
    "data-request-outcome-unknown": N_("Chọn kết quả của yêu cầu."),
    "refusal-reason-length": N_("Khi từ chối, nêu lý do, từ {least} đến {most} ký tự, viết trên một dòng."),
    "data-request-answer-length": N_("Câu trả lời tối đa {most} ký tự, viết trên một dòng."),
    "data-request-answered-already": N_("Yêu cầu này đã được trả lời hoặc thuộc loại khác; mở lại để xem hiện trạng."),
    "data-request-not-for-access": N_("Đây không phải yêu cầu cung cấp dữ liệu đang chờ trả lời."),
    "report-outside-data-request": N_("Yêu cầu này không nói về hồ sơ đó."),
    "correction-changes-nothing": N_("Chưa có gì khác với dữ liệu đang lưu."),
    "correction-reason-length": N_("Nêu lý do sửa dữ liệu, từ {least} đến {most} ký tự."),
    "reporter-name-length": N_("Ghi họ và tên, tối đa {most} ký tự."),
    "reporter-address-length": N_("Ghi địa chỉ, tối đa {most} ký tự."),
    "reporter-email-invalid": N_("Thư điện tử viết đúng dạng, ví dụ ten@mien.vn."),
    "data-hold-reason-length": N_("Nêu lý do giữ dữ liệu, từ {least} đến {most} ký tự."),
    "data-held-already": N_("Dữ liệu của hồ sơ này đang được giữ rồi."),
    "data-not-held": N_("Dữ liệu của hồ sơ này không bị giữ."),
    "breach-unknown": N_("Không có sự cố dữ liệu này trong sổ."),
    "breach-entry-unknown": N_("Sự cố này không có mục ghi đó."),
    "breach-entry-kind-unknown": N_("Chọn loại việc cần ghi."),
    "breach-recipient-unknown": N_("Chọn nơi nhận khi ghi việc thông báo; việc khác không có nơi nhận."),
    "breach-entry-time-invalid": N_("Ghi ngày giờ đã xảy ra, không ở tương lai."),
    "breach-entry-text-length": N_("Mô tả từ {least} đến {most} ký tự."),
    "breach-entry-corrected-already": N_("Mục này đã được đính chính; mở lại để xem hiện trạng."),
    "disclosure-filter-empty": N_("Nêu mã hồ sơ hoặc tên đăng nhập."),
    "reveals-used-up": N_(
        "Hôm nay bạn đã xem thông tin người phản ánh của {most} hồ sơ, là mức tối đa trong ngày. "
        "Việc cần gấp xin trao đổi với đơn vị đang giải quyết hồ sơ."
    ),
    "record-day-invalid": N_("Ngày không đúng; viết ngày, tháng, năm có thật từ năm 2000 đến 2100."),
    "record-period-reversed": N_("Ngày cuối phải sau hoặc bằng ngày đầu."),
    "record-unit-unknown": N_("Không có đơn vị hoặc loại việc như vậy."),
    "export-period-reversed": N_("Kỳ xuất nhật ký kết thúc trước khi bắt đầu."),
    "export-file-exists": N_("Đã có tệp {file}; chọn tên khác."),
    # What is stored and what history says. The parts of the first three are worded by the others.
    "record-differs": N_("hồ sơ {case}: {what} khác với nhật ký đã ghi ({where})"),
    "record-missing": N_("hồ sơ {case}: mất {what} mà nhật ký đã ghi ({where})"),
    "record-added": N_("hồ sơ {case}: có {what} mà nhật ký không ghi ({where})"),
    "record-differs-more": N_("{first}; và {count} chỗ khác của hồ sơ này"),
    "record-at-task": N_("việc số {task} “{node}”"),
    "record-at-task-column": N_("việc số {task} “{node}”, cột {column}"),
    "record-at-column": N_("cột {column}"),
    "record-at-instant": N_("“{name}” lúc {at}"),
    "record-at-row": N_("dòng {row} của nhật ký"),
    "record-at-row-fields": N_("dòng {row} của nhật ký, mục {fields}"),
    "record-at-notice": N_("“{name}” lần {number}"),
    "record-at-link": N_("“{name}” với {code}"),
    "record-at-look": N_("trong các lượt từ 1 đến {number}"),
    "record-at-code": N_("phản ánh {code}"),
    "record-at-unreadable": N_("có dòng không đọc được"),
    "anchor-unreadable": N_("không đọc được tệp"),
    "anchor-not-copied": N_("Không chép được bản lưu đối chiếu nhật ký vào {folder}: {reason}."),
    "anchor-not-mailed": N_("Không gửi được bản lưu đối chiếu nhật ký tới {address}: {reason}"),
    "anchor-torn": N_("bản lưu đối chiếu {name}: {reason}"),
}
