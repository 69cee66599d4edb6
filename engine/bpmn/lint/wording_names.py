"""Sentences of the rules on references, expressions, decision tables and mails: rule -> (Vietnamese, English)."""

from __future__ import annotations

NAME_SENTENCES: dict[str, tuple[str, str]] = {
    # Roles, lanes, forms
    "role-missing": (
        "Việc này chưa có vai trò; hãy thêm thuộc tính role.",
        "The task has no role; add the property role.",
    ),
    "role-unknown": (
        "Không có vai trò '{role}'; hãy chọn một trong: {known}.",
        "There is no role '{role}'; choose one of: {known}.",
    ),
    "role-lane": (
        "Việc có vai trò '{role}' nhưng nằm trong làn '{lane}'; hãy chuyển làn hoặc đổi vai trò.",
        "The task's role is '{role}' but it stands in the lane '{lane}'; move it or change its role.",
    ),
    "lane-missing": (
        "Sơ đồ có làn nhưng việc này không nằm trong làn nào; hãy kéo nó vào làn của vai trò.",
        "The diagram has lanes but this task stands in none; move it into the lane of its role.",
    ),
    "lane-unknown": (
        "Id của làn phải là lane_ và một vai trò, không phải '{lane}'; các vai trò: {known}.",
        "A lane's id is lane_ and a role, not '{lane}'; the roles are: {known}.",
    ),
    "lane-label": (
        "Làn của vai trò '{role}' lại mang tên '{label}' của vai trò khác; hãy đổi tên hoặc id của làn.",
        "The lane of the role '{role}' bears another role's name, '{label}'; change its name or its id.",
    ),
    "form-missing": (
        "Việc này chưa có biểu mẫu; hãy thêm thuộc tính form.",
        "The task has no form; add the property form.",
    ),
    "form-unknown": (
        "Không có biểu mẫu '{form}'; hãy tạo forms/{form}.json hoặc chọn biểu mẫu khác.",
        "There is no form '{form}'; create forms/{form}.json or choose another.",
    ),
    "missed-value": (
        "Thuộc tính missed chỉ có thể là once, skip hoặc all, không phải '{value}'.",
        "The property missed can only be once, skip or all, not '{value}'.",
    ),
    "missed-place": (
        "missed = {value} không dùng được ở đây: skip chỉ cho sự kiện hẹn giờ bên lề không ngắt, all chỉ cho chu kỳ.",
        "missed = {value} cannot stand here: skip is for timers beside the work, all for cycles beside it.",
    ),
    "ladder-value": (
        "Thuộc tính ladder chỉ có thể là 'no', không phải '{value}'.",
        "The property ladder can only be 'no', not '{value}'.",
    ),
    # Services, decisions, calls
    "operator-missing": (
        "Việc dịch vụ chưa chọn thao tác; hãy chọn một trong: {known}.",
        "The service task names no operator; choose one of: {known}.",
    ),
    "operator-unknown": (
        "Không có thao tác '{operator}'; hãy chọn một trong: {known}.",
        "There is no operator '{operator}'; choose one of: {known}.",
    ),
    "parameter-missing": (
        "Thao tác '{operator}' thiếu tham số {parameter}; hãy thêm vào.",
        "The operator '{operator}' lacks the parameter {parameter}; add it.",
    ),
    "parameter-unknown": (
        "Thao tác '{operator}' không có tham số '{parameter}'; các tham số: {known}.",
        "The operator '{operator}' has no parameter '{parameter}'; its parameters are: {known}.",
    ),
    "parameter-value": (
        "Tham số '{parameter}' không thể là '{value}'; hãy chọn một trong: {known}.",
        "The parameter '{parameter}' cannot be '{value}'; choose one of: {known}.",
    ),
    "mail-unknown": (
        "Không có mẫu thư '{mail}'; hãy tạo tệp trong workflows/mail hoặc chọn mẫu khác.",
        "There is no mail template '{mail}'; create it in workflows/mail or choose another.",
    ),
    "recipient-unknown": (
        "Không có nơi nhận '{recipient}'; hãy dùng mã đơn vị hoặc một trong: {known}.",
        "There is no recipient '{recipient}'; use a unit's code or one of: {known}.",
    ),
    "decision-missing": (
        "Việc này chưa chọn bảng quyết định; hãy chọn một bảng.",
        "The business rule task names no decision; choose one.",
    ),
    "decision-unknown": (
        "Không có bảng quyết định '{decision}'; hãy tạo hoặc chọn bảng khác.",
        "There is no decision '{decision}'; create it or choose another.",
    ),
    "call-missing": (
        "Chưa chọn quy trình được gọi; hãy chọn một quy trình.",
        "The call activity names no process; choose one.",
    ),
    "call-unknown": (
        "Không có quy trình '{called}'; hãy tạo hoặc chọn quy trình khác.",
        "There is no process '{called}'; create it or choose another.",
    ),
    "call-recursive": (
        "Gọi '{called}' sẽ quay lại chính quy trình này không dứt; hãy vẽ một vòng lặp thay cho lời gọi.",
        "Calling '{called}' comes back to this process without end; draw a loop instead of the call.",
    ),
    # Expressions
    "expression": (
        "Biểu thức `{text}` không dùng được: {detail}",
        "The expression `{text}` cannot be used: {detail}",
    ),
    "script": (
        "Kịch bản `{text}` không dùng được: {detail}",
        "The script `{text}` cannot be used: {detail}",
    ),
    "expression-empty": (
        "Ở đây cần một biểu thức hoặc kịch bản; hãy viết vào hoặc xóa phần tử.",
        "An expression or script is expected here; write it or delete the element.",
    ),
    "function-unknown": (
        "Không có hàm '{name}'; hãy dùng một hàm có trong ngôn ngữ biểu thức.",
        "There is no function '{name}'; use one of the expression language.",
    ),
    "name-unknown": (
        (
            "Không có biểu mẫu, kịch bản hay bảng nào đặt giá trị cho '{name}'; hãy sửa tên, hoặc đặt chữ trong "
            "dấu nháy."
        ),
        "No form, script or table gives '{name}' a value; correct the name, or put a text in quotes.",
    ),
    "name-invalid": (
        "'{name}' không phải tên biến; chỉ dùng a-z, chữ số và '_', bắt đầu bằng chữ và không trùng tên hàm.",
        (
            "'{name}' is not a variable's name; use a-z, digits and '_', beginning with a letter, and no "
            "function's name."
        ),
    ),
    # Decision tables
    "decision-none": (
        "Tệp không có bảng quyết định nào; hãy vẽ một bảng.",
        "The file holds no decision; draw one.",
    ),
    "decision-several": (
        "Tệp có nhiều bảng quyết định; bộ máy chỉ đọc một, hãy để mỗi bảng trong một tệp.",
        "The file holds several decisions, of which the engine reads one; put each in a file of its own.",
    ),
    "decision-duplicate": (
        "Bảng quyết định '{id}' đã có trong {file}; hãy đặt id khác.",
        "The decision '{id}' is already defined in {file}; choose another id.",
    ),
    "decision-without-table": (
        "Quyết định không có bảng; hãy vẽ bảng quyết định thay cho biểu thức.",
        "The decision has no table; draw a decision table instead of an expression.",
    ),
    "hit-policy": (
        "Bộ máy không làm theo chính sách '{policy}'; hãy chọn UNIQUE, FIRST hoặc COLLECT (không tổng hợp).",
        "The engine does not follow the hit policy '{policy}'; choose UNIQUE, FIRST or COLLECT (no aggregation).",
    ),
    "rows-missing": (
        "Bảng không có dòng nào; hãy thêm ít nhất một dòng.",
        "The table has no rows; add at least one.",
    ),
    "table-part": (
        "Bảng có phần tử {part} mà bộ máy không đọc được; chỉ giữ cột đầu vào, cột kết quả và dòng.",
        "The table holds a {part}, which the engine cannot read; keep only inputs, outputs and rows.",
    ),
    "row-width": (
        "Số ô của dòng không bằng số cột hoặc có ô không có nội dung; hãy mở bảng bằng trình vẽ và lưu lại.",
        "The row does not have one cell with a text per column; save the table again from the editor.",
    ),
    "input-without-expression": (
        "Cột đầu vào chưa có biểu thức; hãy ghi tên dữ liệu cần xét.",
        "The input column has no expression; write the name of the data it looks at.",
    ),
    "output-name": (
        "Tên cột kết quả '{name}' phải là tên biến (a-z, chữ số, '_') và không lặp lại.",
        "The output's name '{name}' must be a variable's name (a-z, digits, '_') and used once.",
    ),
    "output-empty": (
        "Ô kết quả để trống sẽ thành chữ rỗng; hãy ghi giá trị, hoặc None nếu không có.",
        "An empty output becomes an empty text; write a value, or None for nothing.",
    ),
    "cell-feel": (
        'Ô \'{text}\' viết theo FEEL, bộ máy không hiểu; hãy viết: ? in ("a", "b"), != "a", 60 <= ? <= 80, True.',
        (
            'The cell \'{text}\' is FEEL, which the engine does not know; write in ("a", "b"), != "a", 60 <= ? <= '
            "80, True."
        ),
    ),
    "cell-question": (
        "Ô '{text}' phải bắt đầu bằng dấu ? thay cho đầu vào: ? {text}.",
        "The cell '{text}' must begin with ?, which stands for the input: ? {text}.",
    ),
    "rows-overlap": (
        "Dòng {row} và dòng {earlier} có thể cùng khớp trong bảng UNIQUE; hãy thu hẹp một dòng hoặc chọn FIRST.",
        "Rows {row} and {earlier} can match together in a UNIQUE table; narrow one of them or choose FIRST.",
    ),
    "row-unreachable": (
        "Dòng {row} không bao giờ được chọn: không giá trị nào khớp hoặc các dòng trên đã lấy hết; hãy sửa hoặc xóa.",
        "Row {row} is never chosen: nothing matches it, or rows above take all of it; move it up or delete it.",
    ),
    "rows-gap": (
        "Không dòng nào khớp khi {example}; hãy thêm dòng cho trường hợp này hoặc một dòng cuối để trống (FIRST).",
        "No row matches {example}; add a row for it, or a last row with empty cells (FIRST).",
    ),
    # Mails
    "mail-syntax": (
        "Mẫu thư không đọc được: {detail}.",
        "The mail template cannot be read: {detail}.",
    ),
    "mail-subject": (
        "Dòng đầu của mẫu thư là tiêu đề và không được để trống.",
        "The first line of a mail template is its subject and must not be empty.",
    ),
    "mail-include": (
        "Mẫu thư không được gọi mẫu khác; hãy viết đủ nội dung trong một tệp.",
        "A mail template cannot include another; write the whole text in one file.",
    ),
    "mail-name": (
        "Mẫu thư dùng '{name}', tên không có; hãy sửa tên.",
        "The mail template uses '{name}', which does not exist; correct the name.",
    ),
    "mail-construct": (
        "Mẫu thư không được dùng '{name}'; chỉ dùng {{{{ tên }}}}, {{% if %}} và các bộ lọc đơn giản.",
        "A mail template cannot use '{name}'; use {{{{ names }}}}, {{% if %}} and plain filters only.",
    ),
    # The engine itself
    "path-too-long": (
        "Chuỗi phần tử nối tiếp nhau quá dài; hãy tách thành các quy trình con.",
        "The chain of elements is too long; split it into sub-processes.",
    ),
    "engine-refuses": (
        "Bộ máy quy trình không nhận tệp này: {detail}.",
        "The engine does not accept this file: {detail}.",
    ),
}
