"""Vietnamese sentences of the rules on references, expressions, decision tables and mails, by rule."""

from __future__ import annotations

from engine.translation.catalogue import N_

NAME_SENTENCES: dict[str, str] = {
    # Roles, lanes, forms
    "role-missing": N_("Việc này chưa có vai trò; hãy chọn ở “Vai trò thực hiện”."),
    "role-unknown": N_("Không có vai trò '{role}'; hãy chọn một trong: {known}."),
    "role-lane": N_("Việc có vai trò '{role}' nhưng nằm trong làn '{lane}'; hãy chuyển làn hoặc đổi vai trò."),
    "lane-missing": N_("Sơ đồ có làn nhưng việc này không nằm trong làn nào; hãy kéo nó vào làn của vai trò."),
    "lane-unknown": N_("Id của làn phải là lane_ và một vai trò, không phải '{lane}'; các vai trò: {known}."),
    "lane-label": N_("Làn của vai trò '{role}' lại mang tên '{label}' của vai trò khác; hãy đổi tên hoặc id của làn."),
    "form-missing": N_("Việc này chưa có biểu mẫu; hãy chọn ở “Biểu mẫu”."),
    "form-unknown": N_("Không có biểu mẫu '{form}'; hãy tạo forms/{form}.json hoặc chọn biểu mẫu khác."),
    "form-name-twice": N_("Đã có biểu mẫu cùng tên '{name}' ở {other}; hãy đổi tên một trong hai tệp."),
    "mail-name-twice": N_("Đã có mẫu thư cùng tên '{name}' ở {other}; hãy đổi tên một trong hai tệp."),
    "missed-value": N_("Thuộc tính missed chỉ có thể là once, skip hoặc all, không phải '{value}'."),
    "missed-place": N_(
        "missed = {value} không dùng được ở đây: skip chỉ cho sự kiện hẹn giờ bên lề không ngắt, all chỉ cho chu kỳ."
    ),
    "ladder-value": N_("Thuộc tính ladder chỉ có thể là 'no', không phải '{value}'."),
    # English texts
    "english-empty": N_("Thuộc tính {property} để trống; hãy ghi nội dung tiếng Anh hoặc xóa thuộc tính."),
    "english-alone": N_(
        "Thuộc tính {property} dịch một nội dung tiếng Việt chưa có; hãy ghi nội dung tiếng Việt hoặc xóa thuộc tính."
    ),
    # Services, decisions, calls
    "operator-missing": N_("Việc dịch vụ chưa chọn thao tác; hãy chọn một trong: {known}."),
    "operator-unknown": N_("Không có thao tác '{operator}'; hãy chọn một trong: {known}."),
    "parameter-missing": N_("Thao tác '{operator}' thiếu tham số {parameter}; hãy thêm vào."),
    "parameter-unknown": N_("Thao tác '{operator}' không có tham số '{parameter}'; các tham số: {known}."),
    "parameter-value": N_("Tham số '{parameter}' không thể là '{value}'; hãy chọn một trong: {known}."),
    "mail-unknown": N_("Không có mẫu thư '{mail}'; hãy tạo tệp trong workflows/mail hoặc chọn mẫu khác."),
    "recipient-unknown": N_("Không có nơi nhận '{recipient}'; hãy dùng mã đơn vị hoặc một trong: {known}."),
    "decision-missing": N_("Việc này chưa chọn bảng quyết định; hãy chọn một bảng."),
    "decision-unknown": N_("Không có bảng quyết định '{decision}'; hãy tạo hoặc chọn bảng khác."),
    "call-missing": N_("Chưa chọn quy trình được gọi; hãy chọn một quy trình."),
    "call-unknown": N_("Không có quy trình '{called}'; hãy tạo hoặc chọn quy trình khác."),
    "call-recursive": N_(
        "Gọi '{called}' sẽ quay lại chính quy trình này không dứt; hãy vẽ một vòng lặp thay cho lời gọi."
    ),
    # Expressions
    "expression": N_("Biểu thức `{text}` không dùng được: {detail}"),
    "script": N_("Kịch bản `{text}` không dùng được: {detail}"),
    "expression-types": N_("Biểu thức `{text}` có chỗ không bao giờ có giá trị: {detail}"),
    "condition-type": N_(
        "Điều kiện `{text}` không bao giờ đúng: giá trị của nó có kiểu {type}, không phải true hay false."
    ),
    "expression-empty": N_("Ở đây cần một biểu thức hoặc kịch bản; hãy viết vào hoặc xóa phần tử."),
    "foreign-setting": N_(
        "Thiết lập {setting} đổi đường đi hoặc dữ liệu ở công cụ khác nhưng không có tác dụng ở đây; hãy vẽ lại ý đó, "
        "hoặc ghi {setting} vào thuộc tính without của phần tử để bỏ nó."
    ),
    "language-foreign": N_(
        "Viết bằng {language}, bộ máy không đọc ngôn ngữ này; hãy viết lại bằng ngôn ngữ biểu thức ở đây."
    ),
    "function-unknown": N_("Không có hàm '{name}'; hãy dùng một hàm có trong ngôn ngữ biểu thức."),
    "name-unknown": N_(
        "Không có biểu mẫu, kịch bản hay bảng nào đặt giá trị cho '{name}'; hãy sửa tên, hoặc đặt chữ trong dấu nháy."
    ),
    "name-invalid": N_(
        "'{name}' không phải tên biến; chỉ dùng a-z, chữ số và '_', bắt đầu bằng chữ và không trùng tên hàm."
    ),
    # Decision tables
    "decision-none": N_("Tệp không có bảng quyết định nào; hãy vẽ một bảng."),
    "decision-duplicate": N_("Bảng quyết định '{id}' đã có trong {file}; hãy đặt id khác."),
    "decision-without-table": N_("Quyết định chưa có gì để quyết; hãy vẽ bảng hoặc viết biểu thức."),
    "hit-policy": N_("Không có chính sách '{policy}' trong DMN; hãy chọn một chính sách khác."),
    "model-unreadable": N_("Không đọc được tệp quyết định: {detail}"),
    "model-problem": N_("Trong “{name}”: {detail}"),
    "table-flaw": N_("Bảng “{name}”: {detail}"),
    "rows-missing": N_("Bảng không có dòng nào; hãy thêm ít nhất một dòng."),
    "row-width": N_(
        "Số ô của dòng không bằng số cột hoặc có ô không có nội dung; hãy mở bảng bằng trình vẽ và lưu lại."
    ),
    "input-without-expression": N_("Cột đầu vào chưa có biểu thức; hãy ghi tên dữ liệu cần xét."),
    "output-name": N_("Tên cột kết quả '{name}' phải là tên biến (a-z, chữ số, '_') và không lặp lại."),
    "output-value": N_("Bảng không thể đặt {name} là {text}; biểu mẫu chỉ biết: {known}."),
    "output-empty": N_("Ô kết quả để trống sẽ thành chữ rỗng; hãy ghi giá trị, hoặc None nếu không có."),
    "cell-question": N_("Ô '{text}' phải bắt đầu bằng dấu ? thay cho đầu vào: ? {text}."),
    "cell-too-long": N_("Ô dài quá {length} ký tự hoặc có quá {marks} dấu ?; hãy tách thành nhiều dòng."),
    "rows-overlap": N_(
        "Dòng {row} và dòng {earlier} có thể cùng khớp trong bảng UNIQUE; hãy thu hẹp một dòng hoặc chọn FIRST."
    ),
    "row-unreachable": N_(
        "Dòng {row} không bao giờ được chọn: không giá trị nào khớp hoặc các dòng trên đã lấy hết; hãy sửa hoặc xóa."
    ),
    "rows-gap": N_(
        "Không dòng nào khớp khi {example}; hãy thêm dòng cho trường hợp này hoặc một dòng cuối để trống (FIRST)."
    ),
    # Mails
    "mail-syntax": N_("Mẫu thư không đọc được: {detail}."),
    "mail-subject": N_("Dòng đầu của mẫu thư là tiêu đề và không được để trống."),
    "mail-include": N_("Mẫu thư không được gọi mẫu khác; hãy viết đủ nội dung trong một tệp."),
    "mail-name": N_("Mẫu thư dùng '{name}', tên không có; hãy sửa tên."),
    "mail-construct": N_(
        "Mẫu thư không được dùng '{name}'; chỉ dùng {{{{ tên }}}}, {{% if %}} và các bộ lọc đơn giản."
    ),
    "mail-fails": N_("Không lập được thư từ mẫu này với hồ sơ thử: {reason}"),
    # The engine itself
    "path-too-long": N_("Chuỗi phần tử nối tiếp nhau quá dài; hãy tách thành các quy trình con."),
    "engine-refuses": N_("Bộ máy quy trình không nhận tệp này: {detail}."),
}
