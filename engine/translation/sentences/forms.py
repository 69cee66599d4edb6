"""What is said of forms: of answers that they refuse, and of documents that no form can be made of.

A sentence says what is wrong and what to write instead.
"""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    # Answers
    "form-answer-required": N_("Vui lòng điền mục này."),
    "form-answer-without-words": N_("Vui lòng viết bằng chữ; riêng dấu câu thì chưa nói được gì."),
    "form-answer-required-choice": N_("Vui lòng chọn một mục."),
    "form-answer-required-choices": N_("Vui lòng chọn ít nhất một mục."),
    "form-answer-required-tick": N_("Vui lòng đánh dấu vào ô này."),
    "form-answer-required-file": N_("Vui lòng đính kèm tệp."),
    "form-answer-form": N_("Dữ liệu gửi lên không phải là một biểu mẫu."),
    "form-answer-unknown": N_("Biểu mẫu không có mục này."),
    "form-answer-hidden": N_("Mục này không áp dụng cho lựa chọn ở trên, vui lòng để trống."),
    "form-answer-invalid": N_("Giá trị không hợp lệ."),
    "form-answer-text": N_("Mục này phải là văn bản."),
    "form-answer-characters": N_("Văn bản có ký tự không đọc được, vui lòng gõ lại."),
    "form-answer-too-short": N_("Vui lòng nhập ít nhất {min} ký tự."),
    "form-answer-too-long": N_("Vui lòng nhập tối đa {max} ký tự."),
    "form-answer-pattern": N_("Mục này chưa đúng dạng yêu cầu."),
    "form-answer-number": N_("Vui lòng nhập một số."),
    "form-answer-number-readings": N_(
        "Số này đọc được hai cách, {whole} hoặc {decimal}; vui lòng ghi lại, ví dụ không dùng dấu chấm, dấu phẩy."
    ),
    "form-answer-rule": N_("{sentence}"),
    "form-answer-number-size": N_("Số này quá lớn."),
    "form-answer-decimals": N_("Vui lòng nhập tối đa {max} chữ số thập phân."),
    "form-answer-whole": N_("Vui lòng nhập một số nguyên."),
    "form-answer-too-low": N_("Vui lòng nhập số từ {min} trở lên."),
    "form-answer-too-high": N_("Vui lòng nhập số không quá {max}."),
    "form-answer-tick": N_("Mục này chỉ nhận có hoặc không."),
    "form-answer-choice": N_("Vui lòng chọn một mục trong danh sách."),
    "form-answer-choices": N_("Vui lòng chọn các mục trong danh sách."),
    "form-answer-too-many": N_("Vui lòng chọn tối đa {max} mục."),
    "form-answer-date": N_("Vui lòng nhập ngày theo dạng ngày/tháng/năm, ví dụ 24/11/2026."),
    "form-answer-time": N_("Vui lòng nhập giờ theo dạng giờ:phút, ví dụ 08:30."),
    "form-answer-datetime": N_("Vui lòng nhập ngày và giờ, ví dụ 24/11/2026 08:30."),
    "form-answer-phone": N_(
        "Số điện thoại chưa đúng. Vui lòng nhập số di động 10 chữ số hoặc số cố định kèm mã vùng của Việt Nam; có thể "
        "thêm một số nữa và ghi chú ngắn, ví dụ 0912 345 678 (Zalo)."
    ),
    "form-answer-position": N_("Ghi vĩ độ, kinh độ của một nơi ở Việt Nam, ví dụ 10.95123, 106.82345."),
    "form-answer-email": N_("Địa chỉ thư điện tử chưa đúng."),
    "form-answer-unit-code": N_("Mã đơn vị chưa đúng, vui lòng chọn lại."),
    "form-answer-commune": N_("Không có xã, phường nào có mã này."),
    "form-answer-department": N_("Không có sở, ngành nào có mã này."),
    "form-answer-unit": N_("Không có đơn vị nào có mã này."),
    "form-answer-file": N_("Tệp đính kèm không hợp lệ, vui lòng tải lên lại."),
    # The file
    "form-file-size": N_("Tệp lớn hơn {most} KB; hãy tách biểu mẫu."),
    "form-file-encoding": N_("Tệp không phải UTF-8 từ byte {at}; hãy lưu lại bằng UTF-8."),
    "form-file-json": N_("Tệp sai cú pháp JSON ở dòng {line}, cột {column}; hãy sửa chỗ đó."),
    "form-file-number": N_("Tệp có một số mà JSON không viết được; hãy dùng số thường, ngắn hơn."),
    "form-file-twice": N_('"{name}" xuất hiện hai lần trong cùng một đối tượng; hãy bỏ một.'),
    "form-file-depth": N_("Tệp lồng sâu hơn {most} tầng; hãy làm phẳng."),
    "form-file-object": N_("Tệp không chứa biểu mẫu; nội dung phải là một đối tượng JSON {{ ... }}."),
    # Entries of the document
    "form-entry-not-understood": N_('"{name}" không được hiểu ở đây; hãy dùng {understood} hoặc bỏ đi.'),
    "form-entry-text": N_("{name} phải là văn bản trong ngoặc kép."),
    "form-entry-characters": N_("{name} có ký tự không đọc được; hãy gõ lại."),
    "form-entry-long": N_("{name} dài hơn {most} ký tự; hãy rút ngắn."),
    "form-entry-missing": N_("Thiếu {name}; hãy điền vào."),
    "form-entry-template": N_("{name} chứa biểu thức; hãy viết thẳng nội dung."),
    "form-entry-flag": N_("{name} phải là true hoặc false."),
    "form-entry-whole": N_("{name} phải là số nguyên từ {least} đến {most}."),
    "form-entry-number": N_("{name} phải là một số không quá {most}."),
    "form-entry-object": N_("{name} phải là một đối tượng {{ ... }}."),
    "form-entry-list": N_("{name} phải là danh sách [ ... ] có từ 1 đến {most} đối tượng."),
    # The form and its fields
    "form-id": N_("id của biểu mẫu chỉ gồm chữ không dấu, số và _, bắt đầu bằng chữ thường."),
    "form-type": N_('type của biểu mẫu phải là "default", như mọi tài liệu form-js.'),
    "form-component-type": N_('Không có loại "{type}"; hãy dùng {instead}.'),
    "form-component-button": N_("Không cần nút trong biểu mẫu, trang đã có nút riêng; hãy bỏ đi."),
    "form-component-file": N_('Hãy dùng textfield với properties.kind là "file" thay cho filepicker.'),
    "form-component-nested": N_("Trường không được lồng trong {type}; hãy đặt thẳng vào components."),
    "form-key": N_("key chỉ gồm chữ không dấu, số và _ (tối đa 60), bắt đầu bằng chữ thường."),
    "form-key-reserved": N_('Key "{key}" đã có nghĩa riêng trong biểu thức; hãy chọn tên khác.'),
    "form-key-twice": N_('Key "{key}" đã dùng cho một trường ở trên; hãy chọn tên khác.'),
    "form-kind": N_("kind phải là một trong {known}."),
    "form-subtype": N_("subtype phải là date, time hoặc datetime."),
    "form-time-offset": N_('Giờ được lưu kèm múi giờ; hãy viết "utc_offset".'),
    "form-time-hours": N_("Giờ hiển thị theo 24 giờ; hãy viết true."),
    "form-store": N_('store phải là "case" hoặc "process".'),
    "form-store-personal": N_(
        'Trường loại {kind} có thể chứa dữ liệu cá nhân, quy trình không được thấy; hãy viết "case".'
    ),
    "form-limits-order": N_(
        "{low} là {least} mà {high} là {most} nên không giá trị nào hợp lệ; hãy sửa {low} nhỏ hơn."
    ),
    "form-validation-type": N_('Chỉ hiểu validationType là "custom"; hãy đặt properties.kind là "email" hoặc "phone".'),
    "form-options-unknown": N_(
        'Bản triển khai không có danh sách "{options}"; valuesKey chỉ nhận report_fields, danh sách lĩnh vực trong '
        "workflows/report_fields.yaml."
    ),
    "form-options-twice": N_("Chỉ dùng một trong hai: values (tự liệt kê) hoặc valuesKey (danh sách dùng chung)."),
    "form-choice-twice": N_('Giá trị "{value}" có hai lần trong danh sách; hãy bỏ một.'),
    "form-default-kind": N_("Trường loại {kind} không có giá trị mặc định; hãy bỏ defaultValue."),
    "form-default-refused": N_("Trường từ chối chính giá trị mặc định của nó: {reason}"),
    "form-condition": N_(
        'Không đọc được điều kiện này; hãy viết như =outcome = "correct" and not(amount >= 1000), bắt đầu bằng dấu =.'
    ),
    "form-condition-no-list": N_('"{key}" không phải danh sách đánh dấu; hãy so sánh bằng = hoặc !=.'),
    "form-condition-kinds": N_('"{key}" và "{other}" khác loại nên không so sánh được; hãy chọn hai trường cùng loại.'),
    "form-condition-order": N_('"{key}" không có thứ tự lớn, nhỏ; hãy so sánh bằng = hoặc !=.'),
    "form-rule-name": N_('"{key}" không phải trường nào của biểu mẫu, cũng không phải {facts}; hãy sửa tên.'),
    "form-condition-above": N_(
        '"{key}" không phải trường nào ở phía trên; hãy đưa trường đó lên trên hoặc chọn trường khác.'
    ),
    "form-condition-many": N_('"{key}" chứa danh sách hoặc tệp; hãy dùng trường chỉ có một giá trị.'),
    "form-condition-value": N_('Hãy so sánh "{key}" với giá trị dạng {example}.'),
    "form-condition-option": N_('"{key}" không có lựa chọn "{value}"; hãy dùng một giá trị của nó.'),
    # Patterns
    "form-pattern-long": N_("Mẫu dài hơn {most} ký tự; hãy rút ngắn."),
    "form-pattern-ends": N_("Mẫu phải bắt đầu bằng ^ và kết thúc bằng $ để nói về toàn bộ giá trị."),
    "form-pattern-outside": N_("Mẫu có {sign} ngoài nhóm; hãy viết các khả năng thành (một|hai)."),
    "form-pattern-slow": N_(
        "Mẫu có thể chạy rất lâu vì lặp trong lặp hoặc quá nhiều chỗ lặp tự do; hãy ghi số lần như {{1,20}}."
    ),
    "form-pattern-syntax": N_("Mẫu không đọc được; hãy kiểm tra các khoảng trong [...]."),
    "form-pattern-depth": N_("Mẫu có nhóm lồng sâu hơn {most} tầng; hãy làm phẳng."),
    "form-pattern-open": N_("Mẫu có nhóm chưa đóng; hãy thêm )."),
    "form-pattern-empty": N_("Mẫu có nhóm hoặc khả năng rỗng; hãy dùng ? cho phần có thể vắng."),
    "form-pattern-repeat": N_(
        "Mẫu có dấu lặp {sign} không đi sau ký tự nào, hoặc hai dấu lặp liền nhau; hãy bỏ bớt hoặc viết \\{sign}."
    ),
    "form-pattern-sign": N_("Mẫu có {sign} ở chỗ cần một ký tự; hãy viết \\{sign} nếu muốn chính dấu đó."),
    "form-pattern-extension": N_("Mẫu dùng (?...) không được hiểu; hãy dùng nhóm thường (...)."),
    "form-pattern-escape": N_("Mẫu dùng \\{sign} không được hiểu; hãy dùng \\d, \\w, \\s hoặc [...]."),
    "form-pattern-class": N_("Mẫu có [...] rỗng, chưa đóng hoặc chứa [ chưa viết thành \\[."),
    "form-pattern-doubled": N_("Mẫu có dấu viết hai lần liền trong [...]; một lần là đủ."),
    "form-pattern-count": N_("Mẫu có dấu {{ không phải số lần; hãy viết {{n}}, {{n,}} hoặc {{n,m}}."),
    "form-pattern-range": N_("Mẫu có số lần ngoài khoảng 1 đến {most} hoặc viết ngược; hãy sửa lại."),
}
