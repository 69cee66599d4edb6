"""What is said of scenarios that cannot be read or do not hold, and of cases that cannot be recorded as one."""

from __future__ import annotations

from engine.translation.catalogue import N_

_PLACES = {
    "in-file": N_("{file}: {reason}"),
    "in-scenario-start": N_("Lúc bắt đầu: {reason}"),
    "in-scenario-step": N_("Bước {step}: {reason}"),
    "in-form-field": N_("{field}: {problems}"),
}

_SHEETS = {
    "sheet-without-decision": N_("Không có bảng quyết định “{decision}”; tên tệp phép thử phải là mã của bảng."),
    "sheet-unreadable": N_("Đây không phải là tệp CSV bằng UTF-8."),
    "sheet-size": N_("Phép thử phải có dòng tiêu đề, không quá {rows} dòng và mỗi ô không quá {cell} ký tự."),
    "sheet-head": N_("Dòng đầu phải có các cột đầu vào, rồi các cột kết quả: {outputs}."),
    "sheet-output-unknown": N_("Bảng không có kết quả “{name}”; chỉ có: {known}."),
    "sheet-row-length": N_("Dòng này có {count} ô; phải có {expected}."),
    "sheet-row-fails": N_("Bảng không tính được dòng này: {reason}"),
    "sheet-output-differs": N_("Ở cột “{column}” phải là {expected}; bảng cho {actual}."),
}

_FILES = {
    "text-not-utf8": N_("Đây không phải là văn bản UTF-8; hãy lưu lại bằng UTF-8."),
    "yaml-too-long": N_("Nội dung dài quá {most} ký tự."),
    "yaml-too-much": N_("Nội dung có quá {values} giá trị hoặc lồng nhau quá {depth} lớp (dòng {line})."),
    "yaml-tricks": N_("Dòng {line} dùng thẻ hoặc tham chiếu của YAML (!, &, *); hãy viết thẳng giá trị."),
    "yaml-value-too-long": N_("Dòng {line} có giá trị dài quá {most} ký tự; hãy đặt văn bản dài trong dấu nháy."),
    "text-not-yaml": N_("Đây không phải là YAML."),
    "text-not-yaml-at-line": N_("Đây không phải là YAML: sai ở dòng {line}."),
    "course-task-differs": N_("việc trước là {before}, nay là {after}"),
    "course-notice-differs": N_("thông báo trước là {before}, nay là {after}"),
    "course-marks-differ": N_("ghi nhận trước là {before}, nay là {after}"),
    "course-deadline-differs": N_("hạn giải quyết trước là {before}, nay là {after}"),
    "course-ends-now": N_("trước chưa kết thúc, nay kết thúc"),
    "course-goes-on-now": N_("trước kết thúc, nay chưa kết thúc"),
    "course-data-differ": N_("dữ liệu {key} trước là {before}, nay là {after}"),
    "scenario-name-mistyped": N_("Không có {kind} “{name}”; có phải ý bạn là {near}?"),
    "scenario-name-unknown": N_("Không có {kind} “{name}”; chỉ có: {known}."),
    "scenario-value-mistyped": N_("{name} không bao giờ là {value}; có phải ý bạn là {near}?"),
    "scenario-value-impossible": N_("{name} không bao giờ là {value}; chỉ có thể là: {known}."),
    "scenario-value-of-other-kind": N_("{name} không bao giờ là {value}; hãy viết một giá trị mà nó có thể có."),
    "scenario-head-incomplete": N_("Kịch bản cần có process, name, start.at và steps."),
    "scenario-province-unknown": N_("province: Không có loại tỉnh {province}; dùng một trong: {provinces}."),
    "scenario-key-unknown": N_("Kịch bản không có khóa {key}."),
    "scenario-entry-no-name": N_("{entry}: {value} không phải là một tên."),
    "scenario-entry-no-names": N_("{entry}: {value} không phải là danh sách tên; viết [tên, tên]."),
    "scenario-entry-no-table": N_(
        "{entry}: {value} không phải là bảng tên và giá trị; viết “tên: giá trị, tên: giá trị”."
    ),
    "scenario-step-kind": N_("Mỗi bước có đúng một trong các khóa: {kinds}."),
    "scenario-step-key-unknown": N_("Bên cạnh {kind} không có khóa {key}."),
    "scenario-expectation-unknown": N_("Không có điều kiểm tra {name}; dùng một trong: {names}."),
    "scenario-duration-unreadable": N_("Khoảng chờ {text} không đúng; viết 30m, 2h hoặc 5d."),
}

_TABLES = {
    "scenario-table-unreadable": N_("Không đọc được bảng kịch bản mà trang gửi lên; hãy tải lại trang rồi thử lại."),
    "scenario-has-too-many-rows": N_("Một kịch bản có tối đa {most} dòng."),
    "scenario-cells-unreadable": N_("Bảng còn ô chưa đọc được: {places}."),
    "scenario-row": N_("dòng {row}"),
    "scenario-cell-too-long": N_("Nội dung dài quá {most} ký tự."),
    "scenario-cell-no-values": N_("Viết “tên: giá trị, tên: giá trị”; chữ có dấu , : # thì đặt trong ngoặc kép."),
    "scenario-cell-not-for-act": N_("Hành động này không dùng ô này; hãy để trống."),
    "scenario-cell-names-nothing": N_("Chọn việc hoặc tin nhắn."),
    "scenario-row-says-nothing": N_("Dòng không có hành động phải ghi điều cần thấy."),
    "scenario-act-unknown": N_("Không có hành động {act}; dùng một trong: {acts}, hoặc để trống."),
    "scenario-has-comments": N_("Kịch bản có ghi chú # nên sửa dạng chữ, để ghi chú không mất."),
}

_OUTCOMES = {
    "scenario-staff-unit-unknown": N_("staff: Không có đơn vị {unit}."),
    "scenario-which-unreadable": N_("which: {value} cần là một trong {names} kèm giá trị, ví dụ number: 2."),
    "scenario-which-number": N_("which: number đếm từ 1, theo thứ tự mở; {value} không phải số thứ tự."),
    "scenario-by-unreadable": N_("by: {value} cần là vai trò và mã đơn vị, ví dụ commune 26068."),
    "scenario-by-unit-unknown": N_("by: Không có đơn vị {unit}."),
    "scenario-needs-begin": N_("Quy trình này bắt đầu bằng biểu mẫu; bước đầu cần là begin, với một trong: {starts}."),
    "scenario-not-begun": N_("Chưa có gì bắt đầu; trước đó cần một bước begin."),
    "scenario-begun-already": N_("Đã bắt đầu rồi, không bắt đầu bằng {start} lần nữa được."),
    "scenario-start-unknown": N_("Quy trình không có điểm bắt đầu {start}; các điểm bắt đầu: {starts}."),
    "scenario-begin-by": N_(
        "{start}: biểu mẫu bắt đầu cần by (vai trò và đơn vị); thông điệp, tín hiệu và giờ hẹn thì không có by."
    ),
    "scenario-begin-with-data": N_(
        "{start}: bắt đầu bằng biểu mẫu thì không dùng start.data; dữ liệu ghi ở bước begin."
    ),
    "scenario-start-never": N_("Giờ hẹn {start} đã qua trước khi kịch bản bắt đầu nên không bắt đầu gì."),
    "scenario-start-later": N_("Giờ hẹn {start} đến lúc {due} mới bắt đầu."),
    "scenario-start-not-allowed": N_("{start}: {role} ở {unit} không được bắt đầu công việc này."),
    "scenario-refusal-differs": N_("Bị từ chối vì: cần là {expected}, thực tế là {actual}."),
    "scenario-clock-backwards": N_("Đồng hồ đang ở {now}, không lùi về {until} được."),
    "scenario-task-not-open": N_("Việc {task} không mở; các việc đang mở: {open}."),
    "scenario-task-not-such": N_("Trong {count} việc {task} đang mở không có việc nào như vậy: {which}."),
    "scenario-form-missing": N_("Không có biểu mẫu {form}."),
    "scenario-form-refused": N_("Biểu mẫu {form} không nhận: {fields}"),
    "scenario-open-tasks-differ": N_("Phải còn việc: {expected}; hiện có: {actual}."),
    "scenario-unit-differs": N_("Việc {task} phải do {expected} giữ; hiện do {actual} giữ."),
    "scenario-notices-differ": N_("Phải có {expected} thông báo nấc {rung}; hiện có {actual}."),
    "scenario-marks-missing": N_("Chưa ghi nhận {missing}; đã ghi nhận: {marks}."),
    "scenario-deadline-differs": N_("Hạn giải quyết phải là {expected}; hiện là {actual}."),
    "scenario-data-differ": N_("Dữ liệu {key} phải là {expected}; hiện là {actual}."),
    "scenario-end-differs": N_("Hồ sơ đã kết thúc: phải là {expected}; hiện là {actual}."),
    "scenario-end-leaves-open": N_("Hồ sơ đã kết thúc nhưng còn việc: {tasks}; số hẹn giờ còn chờ: {timers}."),
}

_TRIALS = {
    "scenario-cannot-run": N_("Không chạy được kịch bản ({kind})."),
    "scenario-has-too-many-steps": N_("Kịch bản có {count} bước; tối đa là {most}."),
    "trial-steps-used-up": N_("Các kịch bản của lần chạy này đã đi {most} bước quy trình; đến đây phải dừng."),
    "scenario-never-ends": N_(
        "Kịch bản không kết thúc: đã đi {most} bước mà vẫn còn bước đến hạn; hãy tìm hẹn giờ tự khởi động lại."
    ),
}

_RECORDINGS = {
    "recorded-case-unknown": N_("Không có hồ sơ số {case}."),
    "recorded-case-without-start": N_("Lịch sử của hồ sơ số {case} không cho biết hồ sơ bắt đầu thế nào."),
    "recorded-unit-outside-scenarios": N_("Hồ sơ đã qua đơn vị {unit}, mà các đơn vị của kịch bản không có."),
    "case-unrecordable": N_("Không ghi hồ sơ này thành kịch bản được: {reason} (lúc {at})."),
    "recorded-case-migrated": N_("hồ sơ đã chạy tiếp theo bản khác của sơ đồ"),
    "recorded-case-returned": N_("hồ sơ đã trở lại bản trước của sơ đồ"),
    "recorded-case-cancelled": N_("hồ sơ đã được kết thúc bằng tay"),
    "recorded-task-given-back": N_("có hẹn giờ chạy sau khi một việc đã nhận được trả lại"),
    "recorded-deadlines-moved": N_("hạn đã được dời bằng tay hoặc theo lịch khác"),
    "recorded-start-time": N_("không tìm được lúc kịch bản bắt đầu để giờ hẹn {start} đến đúng lúc đã bắt đầu"),
    "recorded-form-missing": N_("bản triển khai không có biểu mẫu {form} cho việc {task}"),
}

SENTENCES: dict[str, str] = {**_PLACES, **_SHEETS, **_FILES, **_TABLES, **_OUTCOMES, **_TRIALS, **_RECORDINGS}
