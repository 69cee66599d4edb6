"""What can be wrong with a form's document, each as a sentence in Vietnamese and English. Only `forms` imports it.

A sentence says what is wrong and what to write instead; names in braces are filled from the problem's facts.
"""

from __future__ import annotations

from collections.abc import Mapping

FILES: Mapping[str, tuple[str, str]] = {
    "file-size": ("Tệp lớn hơn {most} KB; hãy tách biểu mẫu.", "The file is larger than {most} KB; split the form."),
    "file-encoding": (
        "Tệp không phải UTF-8 từ byte {at}; hãy lưu lại bằng UTF-8.",
        "The file is not UTF-8 at byte {at}; save it as UTF-8.",
    ),
    "file-json": (
        "Tệp sai cú pháp JSON ở dòng {line}, cột {column}; hãy sửa chỗ đó.",
        "The file is not valid JSON at line {line}, column {column}; mend that place.",
    ),
    "file-number": (
        "Tệp có một số mà JSON không viết được; hãy dùng số thường, ngắn hơn.",
        "The file has a number that JSON cannot write; use a plain and shorter one.",
    ),
    "file-twice": (
        '"{name}" xuất hiện hai lần trong cùng một đối tượng; hãy bỏ một.',
        '"{name}" stands twice in the same object; remove one.',
    ),
    "file-depth": (
        "Tệp lồng sâu hơn {most} tầng; hãy làm phẳng.",
        "The file is nested deeper than {most} levels; flatten it.",
    ),
    "file-object": (
        "Tệp không chứa biểu mẫu; nội dung phải là một đối tượng JSON {{ ... }}.",
        "The file holds no form; it must be a JSON object {{ ... }}.",
    ),
}

ENTRIES: Mapping[str, tuple[str, str]] = {
    "not-understood": (
        '"{name}" không được hiểu ở đây; hãy dùng {understood} hoặc bỏ đi.',
        '"{name}" is not understood here; use {understood} or remove it.',
    ),
    "text": ("{name} phải là văn bản trong ngoặc kép.", "{name} must be a text in quotes."),
    "text-characters": (
        "{name} có ký tự không đọc được; hãy gõ lại.",
        "{name} has unreadable characters; type it again.",
    ),
    "text-long": ("{name} dài hơn {most} ký tự; hãy rút ngắn.", "{name} is longer than {most} characters; shorten it."),
    "missing": ("Thiếu {name}; hãy điền vào.", "{name} is missing; write it."),
    "template": (
        "{name} chứa biểu thức; hãy viết thẳng nội dung.",
        "{name} holds an expression; write the words themselves.",
    ),
    "flag": ("{name} phải là true hoặc false.", "{name} must be true or false."),
    "whole": (
        "{name} phải là số nguyên từ {least} đến {most}.",
        "{name} must be a whole number from {least} to {most}.",
    ),
    "number": ("{name} phải là một số không quá {most}.", "{name} must be a number of at most {most}."),
    "object": ("{name} phải là một đối tượng {{ ... }}.", "{name} must be an object {{ ... }}."),
    "list": (
        "{name} phải là danh sách [ ... ] có từ 1 đến {most} đối tượng.",
        "{name} must be a list [ ... ] of 1 to {most} objects.",
    ),
}

FORMS: Mapping[str, tuple[str, str]] = {
    "form-id": (
        "id của biểu mẫu chỉ gồm chữ không dấu, số và _, bắt đầu bằng chữ thường.",
        "The form's id must be letters, digits and _ and begin with a small letter.",
    ),
    "form-type": (
        'type của biểu mẫu phải là "default", như mọi tài liệu form-js.',
        'The form\'s type must be "default", as in any form-js document.',
    ),
    "type": ('Không có loại "{type}"; hãy dùng {instead}.', 'The type "{type}" is not understood; use {instead}.'),
    "type-button": (
        "Không cần nút trong biểu mẫu, trang đã có nút riêng; hãy bỏ đi.",
        "A form needs no button, the page has its own; remove it.",
    ),
    "type-file": (
        'Hãy dùng textfield với properties.kind là "file" thay cho filepicker.',
        'Use a textfield with properties.kind "file" instead of filepicker.',
    ),
    "type-nested": (
        "Trường không được lồng trong {type}; hãy đặt thẳng vào components.",
        "Fields cannot stand inside {type}; put them into components directly.",
    ),
    "key": (
        "key chỉ gồm chữ không dấu, số và _ (tối đa 60), bắt đầu bằng chữ thường.",
        "The key must be letters, digits and _ (60 at most) and begin with a small letter.",
    ),
    "key-reserved": (
        'Key "{key}" đã có nghĩa riêng trong biểu thức; hãy chọn tên khác.',
        'The key "{key}" means something in expressions; choose another name.',
    ),
    "key-twice": (
        'Key "{key}" đã dùng cho một trường ở trên; hãy chọn tên khác.',
        'The key "{key}" is used by a field above; choose another name.',
    ),
    "kind": ("kind phải là một trong {known}.", "The kind must be one of {known}."),
    "subtype": ("subtype phải là date, time hoặc datetime.", "The subtype must be date, time or datetime."),
    "offset": (
        'Giờ được lưu kèm múi giờ; hãy viết "utc_offset".',
        'Times are kept with their offset; write "utc_offset".',
    ),
    "hours": ("Giờ hiển thị theo 24 giờ; hãy viết true.", "Times are shown with 24 hours; write true."),
    "store": ('store phải là "case" hoặc "process".', 'The store must be "case" or "process".'),
    "personal": (
        'Trường loại {kind} có thể chứa dữ liệu cá nhân, quy trình không được thấy; hãy viết "case".',
        'A field of kind {kind} may hold personal data, which the process must not see; write "case".',
    ),
    "order": (
        "{low} là {least} mà {high} là {most} nên không giá trị nào hợp lệ; hãy sửa {low} nhỏ hơn.",
        "{low} is {least} and {high} is {most}: nothing fits; make {low} the smaller one.",
    ),
    "validation-type": (
        'Chỉ hiểu validationType là "custom"; hãy đặt properties.kind là "email" hoặc "phone".',
        'Only the validationType "custom" is understood; set properties.kind to "email" or "phone".',
    ),
    "choice-twice": (
        'Giá trị "{value}" có hai lần trong danh sách; hãy bỏ một.',
        'The value "{value}" stands in the list twice; remove one.',
    ),
    "default-kind": (
        "Trường loại {kind} không có giá trị mặc định; hãy bỏ defaultValue.",
        "A field of kind {kind} has no default; remove defaultValue.",
    ),
    "default": ("Trường từ chối chính giá trị mặc định của nó: {vi}", "The field refuses its own default: {en}"),
    "condition": (
        'Chỉ hiểu điều kiện dạng =key = "value" hoặc =key != "value"; hãy viết lại.',
        'Only =key = "value" and =key != "value" are understood; rewrite the condition.',
    ),
    "condition-above": (
        '"{key}" không phải trường nào ở phía trên; hãy đưa trường đó lên trên hoặc chọn trường khác.',
        '"{key}" is not a field above this one; move it up or name another field.',
    ),
    "condition-many": (
        '"{key}" chứa danh sách hoặc tệp; hãy dùng trường chỉ có một giá trị.',
        '"{key}" holds a list or a file; use a field with one value.',
    ),
    "condition-value": (
        'Hãy so sánh "{key}" với giá trị dạng {example}.',
        'Compare "{key}" with a value such as {example}.',
    ),
    "condition-option": (
        '"{key}" không có lựa chọn "{value}"; hãy dùng một giá trị của nó.',
        '"{key}" has no option "{value}"; name one of its values.',
    ),
}

PATTERNS: Mapping[str, tuple[str, str]] = {
    "pattern-long": (
        "Mẫu dài hơn {most} ký tự; hãy rút ngắn.",
        "The pattern is longer than {most} characters; shorten it.",
    ),
    "pattern-ends": (
        "Mẫu phải bắt đầu bằng ^ và kết thúc bằng $ để nói về toàn bộ giá trị.",
        "The pattern must begin with ^ and end with $, so that it speaks of the whole value.",
    ),
    "pattern-outside": (
        "Mẫu có {sign} ngoài nhóm; hãy viết các khả năng thành (một|hai).",
        "The pattern has {sign} outside a group; write the alternatives as (one|other).",
    ),
    "pattern-slow": (
        "Mẫu có thể chạy rất lâu vì lặp trong lặp hoặc quá nhiều chỗ lặp tự do; hãy ghi số lần như {{1,20}}.",
        "The pattern could take very long: repeats in repeats or too many free ones; write counts such as {{1,20}}.",
    ),
    "pattern-syntax": (
        "Mẫu không đọc được; hãy kiểm tra các khoảng trong [...].",
        "The pattern cannot be read; check the ranges in [...].",
    ),
    "pattern-depth": (
        "Mẫu có nhóm lồng sâu hơn {most} tầng; hãy làm phẳng.",
        "The pattern has groups nested deeper than {most}; flatten it.",
    ),
    "pattern-open": ("Mẫu có nhóm chưa đóng; hãy thêm ).", "The pattern has a group that is not closed; add )."),
    "pattern-empty": (
        "Mẫu có nhóm hoặc khả năng rỗng; hãy dùng ? cho phần có thể vắng.",
        "The pattern has an empty group or alternative; use ? for something optional.",
    ),
    "pattern-repeat": (
        "Mẫu có dấu lặp {sign} không đi sau ký tự nào, hoặc hai dấu lặp liền nhau; hãy bỏ bớt hoặc viết \\{sign}.",
        "The pattern has a repeat {sign} with nothing before it, or two in a row; keep one or write \\{sign}.",
    ),
    "pattern-sign": (
        "Mẫu có {sign} ở chỗ cần một ký tự; hãy viết \\{sign} nếu muốn chính dấu đó.",
        "The pattern has {sign} where a character is expected; write \\{sign} for the sign itself.",
    ),
    "pattern-extension": (
        "Mẫu dùng (?...) không được hiểu; hãy dùng nhóm thường (...).",
        "The pattern uses (?...), which is not understood; use plain groups (...).",
    ),
    "pattern-escape": (
        "Mẫu dùng \\{sign} không được hiểu; hãy dùng \\d, \\w, \\s hoặc [...].",
        "The pattern uses \\{sign}, which is not understood; use \\d, \\w, \\s or [...].",
    ),
    "pattern-class": (
        "Mẫu có [...] rỗng, chưa đóng hoặc chứa [ chưa viết thành \\[.",
        "The pattern has a [...] that is empty, not closed or holds a [ not written as \\[.",
    ),
    "pattern-doubled": (
        "Mẫu có dấu viết hai lần liền trong [...]; một lần là đủ.",
        "The pattern has a doubled sign in [...]; one is enough.",
    ),
    "pattern-count": (
        "Mẫu có dấu {{ không phải số lần; hãy viết {{n}}, {{n,}} hoặc {{n,m}}.",
        "The pattern has a {{ that is not a count; write {{n}}, {{n,}} or {{n,m}}.",
    ),
    "pattern-range": (
        "Mẫu có số lần ngoài khoảng 1 đến {most} hoặc viết ngược; hãy sửa lại.",
        "The pattern has a count that is not between 1 and {most} or runs backwards; mend it.",
    ),
}

SENTENCES: Mapping[str, tuple[str, str]] = {**FILES, **ENTRIES, **FORMS, **PATTERNS}
