"""What is said of expressions and scripts, of elements that compute something, and of steps that a case cannot take.

What is told of a place in a text, or of a text that ran, begins with a small letter: it stands behind the place.
"""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    # What may not be written
    "expression-at": N_("Dòng {line}, cột {column} của `{excerpt}`: {reason}"),
    "expression-missing": N_("Chưa viết gì ở đây; cần một biểu thức."),
    "script-missing": N_("Chưa viết gì ở đây; cần một kịch bản."),
    "expression-too-long": N_("Một biểu thức có tối đa {most} ký tự."),
    "script-too-long": N_("Một kịch bản có tối đa {most} ký tự."),
    "expression-too-deep": N_("Biểu thức hoặc kịch bản lồng nhau quá sâu."),
    "expression-outside-language": N_("Biểu thức hoặc kịch bản nằm ngoài ngôn ngữ cho phép: {detail}"),
    # Reasons: each follows the place it is about
    "expression-bracket-unclosed": N_("có dấu ngoặc chưa được đóng."),
    "expression-bracket-unopened": N_("có dấu đóng ngoặc mà chưa mở."),
    "expression-brackets-differ": N_("dấu đóng ngoặc không cùng loại với dấu mở ngoặc."),
    "expression-text-unclosed": N_(
        "đoạn chữ này thiếu dấu nháy đóng, hoặc có dấu \\ không thuộc \\n, \\t, \\\\, \\\" và \\'."
    ),
    "expression-word-unquoted": N_("'{word}' chỉ được đứng trong đoạn chữ có dấu nháy; tên chỉ gồm a-z, 0-9 và '_'."),
    "expression-word-refused": N_("'{word}' không thuộc ngôn ngữ biểu thức."),
    "expression-match": N_("'match' không thuộc ngôn ngữ biểu thức."),
    "expression-character-refused": N_("ký tự {character} không thuộc ngôn ngữ biểu thức."),
    "expression-texts-adjacent": N_("hai đoạn chữ đứng cạnh nhau: thiếu dấu phẩy hoặc phép tính."),
    "expression-words-touching": N_("'{word}' đứng liền ngay sau '{previous}'."),
    "expression-assigning": N_("'{word}' là phép gán giá trị cho một tên; để so sánh hãy viết '=='."),
    "expression-name-underscore": N_("'{word}' bắt đầu bằng '_', tên không được viết như vậy."),
    "expression-name-too-long": N_("tên này quá dài."),
    "expression-number-too-long": N_("số này có quá nhiều chữ số."),
    "expression-number-too-large": N_("số này quá lớn để viết trong biểu thức."),
    "expression-text-too-long": N_("đoạn chữ này quá dài để viết trong biểu thức."),
    "expression-part-too-deep": N_("các phần lồng nhau quá sâu ở đây."),
    "expression-part-too-long": N_("biểu thức hoặc kịch bản dài quá mức; hãy tách ra."),
    "expression-syntax": N_("viết không đúng cú pháp."),
    "expression-comma-missing": N_("viết không đúng cú pháp; có thể thiếu dấu phẩy."),
    "expression-colon-missing": N_("thiếu dấu ':'."),
    "expression-else-missing": N_("sau 'if' trong biểu thức thiếu phần 'else'."),
    "expression-block-missing": N_("các dòng bên dưới 'if', 'elif' hoặc 'else' phải viết thụt vào."),
    "expression-indent": N_("dòng này thụt vào không khớp với các dòng bên trên."),
    "expression-leading-zero": N_("số không được bắt đầu bằng chữ số 0."),
    "expression-unreadable": N_("không đọc được ({detail})."),
    "expression-slice": N_("không lấy được một đoạn như [a:b]."),
    "expression-star": N_("không dùng được dấu '*' trước một giá trị."),
    "expression-argument-named": N_("giá trị đưa vào hàm ghi theo thứ tự, không ghi kèm tên."),
    "expression-set": N_("không dùng được tập hợp; hãy viết danh sách."),
    "expression-name-typed": N_("không ghi kiểu sau một tên."),
    "expression-value-alone": N_("mỗi dòng là một phép gán hoặc một 'if'; chỉ viết giá trị thì không có tác dụng."),
    "expression-construct": N_("cách viết này ({kind}) không thuộc ngôn ngữ biểu thức."),
    "expression-constant-kind": N_("loại giá trị này không thuộc ngôn ngữ biểu thức."),
    "expression-function-uncalled": N_("'{name}' là một hàm: chỉ dùng được khi gọi."),
    "expression-function-unknown": N_("không có hàm '{name}'."),
    "expression-call-target": N_("chỉ gọi được một hàm, bằng tên của nó."),
    "expression-constant-none": N_("một hằng số không bao giờ là None."),
    "expression-is-without-none": N_("'is' chỉ dùng để so sánh với None; hãy viết '=='."),
    "expression-keys": N_("các khóa giữa hai dấu ngoặc nhọn phải là đoạn chữ."),
    "expression-several-names": N_("mỗi lần chỉ gán giá trị cho một tên."),
    "expression-increment-operator": N_("trong các phép gán kèm phép tính chỉ có '+=' thuộc ngôn ngữ."),
    "expression-assignment-target": N_("chỉ gán được giá trị cho một tên hoặc một mục của một tên."),
    "expression-item-too-deep": N_("mục này nằm quá sâu."),
    "conversion-piece": N_("`{piece}` không có cách viết tương đương trong FEEL."),
    "conversion-truth": N_("không biết `{piece}` là loại giá trị gì nên không biết khi nào nó được coi là đúng."),
    "conversion-name": N_("`{piece}` là từ hoặc hàm của FEEL; hãy đổi tên dữ liệu này trước."),
    "conversion-sum": N_("không biết `{piece}` cộng số, nối chữ hay nối danh sách."),
    "conversion-moment": N_(
        "`{piece}` được so với ngày giờ viết dạng chữ; hãy viết lại bằng tay với date and time(…)."
    ),
    "script-feel-context": N_("kịch bản FEEL là một ngữ cảnh như {{kết_quả: 1}}, mỗi mục là một tên được gán."),
    "script-feel-name": N_("“{name}” không phải là tên lưu được; hãy dùng chữ không dấu, chữ số và gạch dưới."),
    # While a text runs
    "running-in-text": N_("Trong `{excerpt}`: {reason}"),
    "running-in-line": N_("Dòng {line}, `{excerpt}`: {reason}"),
    "running-name-empty": N_("tên '{name}' chưa có giá trị ở đây."),
    "running-function-missing": N_("hàm '{name}' không dùng được ở đây."),
    "running-item-missing": N_("không có mục '{key}'."),
    "running-place-missing": N_("không có mục nào ở vị trí này."),
    "running-division-by-zero": N_("chia cho số không."),
    "running-values-too-large": N_("các giá trị quá lớn hoặc lồng nhau quá sâu."),
    "running-value-too-deep": N_("giá trị có quá {most} tầng."),
    "running-value-not-stored": N_("không lưu được {kind}."),
    "running-key-no-text": N_("khóa của một từ điển phải là đoạn chữ, không phải {kind}."),
    "running-item-unchangeable": N_("{holder} không có mục để thay đổi theo {key}."),
    "running-item-named": N_("{holder} không có mục gọi bằng {key}."),
    "running-number-too-large": N_("số quá lớn, hoặc không phải là số."),
    "running-operands": N_("'{sign}' không dùng được giữa {left} và {right}."),
    "running-sign-before": N_("'{sign}' không dùng được trước {kind}."),
    "running-nothing-in": N_("'in' cần một đoạn chữ, một danh sách hoặc một từ điển, không phải {kind}."),
    "running-text-too-long": N_("đoạn chữ trở nên quá dài."),
    "running-repetition-too-long": N_("phần lặp lại quá dài."),
    "running-list-too-long": N_("danh sách trở nên quá dài."),
    "running-case-function": N_("các hàm về hồ sơ không nhận {kind}."),
    "running-function-number": N_("số quá lớn đối với hàm này (tối đa {most})."),
    "running-function-text": N_("đoạn chữ quá dài đối với hàm này (tối đa {most} ký tự)."),
    "running-text-no-number": N_("{name}() không đọc được đoạn chữ này thành số."),
    "running-number-or-text": N_("{name}() nhận một số, hoặc một đoạn chữ tối đa {most} ký tự."),
    "running-text-of": N_("str() không nhận {kind}."),
    "running-round-digits": N_("round() nhận số chữ số từ -15 đến 15."),
    "running-number-argument": N_("{name}() nhận một số, không phải {kind}."),
    "running-length-of": N_("len() nhận một đoạn chữ, một danh sách hoặc một từ điển, không phải {kind}."),
    "running-list-argument": N_("{name}() nhận một danh sách."),
    "running-list-argument-too-long": N_("{name}() nhận danh sách tối đa {most} mục."),
    "running-list-empty": N_("{name}() cần ít nhất một giá trị."),
    "running-as-number": N_("as_number() không đọc được số từ “{value}”."),
    "running-as-text": N_("as_text() nhận số, đoạn chữ hoặc đúng/sai, không phải {kind}."),
    "running-as-truth": N_("as_truth() không đọc được đúng/sai từ “{value}”."),
    "running-not-comparable": N_("{name}() chỉ nhận toàn số hoặc toàn đoạn chữ."),
    "running-feel-value": N_("đây không phải là giá trị lưu được hoặc dùng được ở chỗ này: {kind}."),
    "running-argument-count": N_("{name}() được gọi với quá nhiều hoặc quá ít giá trị."),
    "running-data-too-large": N_("dữ liệu của quy trình sẽ vượt quá {most} KB."),
    "running-otherwise": N_("không tính được ({detail})."),
    "value-kind-nothing": N_("giá trị trống (None)"),
    "value-kind-flag": N_("giá trị đúng hoặc sai"),
    "value-kind-number": N_("một số"),
    "value-kind-text": N_("một đoạn chữ"),
    "value-kind-list": N_("một danh sách"),
    "value-kind-dictionary": N_("một từ điển"),
    "value-kind-other": N_("một giá trị kiểu {type}"),
    # What elements of a diagram ask for while they run
    "running-result-missing": N_("Một lượt của phần lặp kết thúc mà không để lại '{name}'; hãy đặt giá trị cho nó."),
    "running-input-missing": N_("Quy trình được gọi cần '{name}', nhưng hồ sơ chưa có; hãy đặt giá trị trước khi gọi."),
    "running-output-missing": N_("Phần này phải để lại '{name}' khi kết thúc, nhưng chưa có; hãy đặt giá trị cho nó."),
    "running-collection": N_("“{name}” phải là danh sách thì mới lặp theo từng mục được."),
    "running-message-keys": N_(
        "Tin nhắn '{message}' được gửi theo khóa {keys}, nhưng nội dung tin không có giá trị nào cho khóa."
    ),
    "running-repetitions": N_("Một việc được lặp lại một số nguyên lần, từ 0 đến {most}."),
    "running-operator-unknown": N_("Không có thao tác '{operator}'; hãy dùng một trong: {known}."),
    "running-recipient-unknown": N_("Nơi nhận '{recipient}' không phải mã đơn vị và không phải từ đã quy ước."),
    "running-deadline-not-set": N_("Không gia hạn được vì hồ sơ chưa đặt hạn giải quyết."),
    "running-deadline-missing": N_("Hồ sơ chưa có hạn giải quyết."),
    "running-clock-action": N_(
        "Đồng hồ của hạn giải quyết chỉ có thể tạm dừng (pause) hoặc chạy tiếp (resume), không phải {action}."
    ),
    "running-clock-unknown": N_("Không có đồng hồ {clock}; hãy dùng một trong: {known}."),
    "running-unit-code": N_("Đơn vị được gọi bằng mã của đơn vị, không phải bằng {value}."),
    "running-number-needed": N_("{name} phải là một số, không phải {value}."),
    "running-number-out-of-range": N_("{name} nằm ngoài khoảng cho phép: {value}."),
    "running-timer-instant": N_(
        "Bộ hẹn giờ loại “Ngày giờ” cần một ngày giờ như working_hours(2), không phải {value}; hãy sửa biểu thức."
    ),
    "running-timer-duration": N_(
        'Bộ hẹn giờ loại “Khoảng thời gian” cần một khoảng như "PT2H", không phải {value};'
        " hãy sửa biểu thức hoặc đổi loại."
    ),
    "running-timer-cycle": N_(
        'Bộ hẹn giờ loại “Chu kỳ” cần một chu kỳ như "R3/P1D", không phải {value}; hãy sửa biểu thức hoặc đổi loại.'
    ),
    "running-timer-too-far": N_("Bộ hẹn giờ ở quá xa về sau: {value}; hãy sửa biểu thức."),
    "table-rows-match": N_(
        "Bảng “{table}” chỉ cho một dòng khớp (UNIQUE), nhưng các dòng {rows} cùng khớp; hãy sửa các dòng đó."
    ),
    "language-function-unknown": N_("Ngôn ngữ biểu thức không có hàm {names}."),
    "checker-language-unknown": N_(
        "Chương trình kiểm tra nói tiếng Việt (vi) và tiếng Anh (en), không có '{language}'."
    ),
    # Steps
    "step-stopped": N_("Bộ máy quy trình dừng ở bước này: {detail}"),
    "step-state-unreadable": N_("Không đọc được trạng thái đã lưu của hồ sơ: {detail}."),
    "step-state-format": N_("Trạng thái đã lưu có định dạng {format}; chương trình này chỉ biết định dạng {known}."),
    "step-without-unit": N_("Không có đơn vị nào nhận được việc này: {reason}"),
    "step-role-without-unit": N_("Hồ sơ không cho biết đơn vị nào đảm nhận vai trò '{role}'."),
    "step-turns-too-deep": N_(
        "Đường đi quay lại quá sâu trong một bước, ví dụ từ cổng song song về việc phía trước;"
        " hãy vẽ lại đường quay lại."
    ),
    "step-start-unknown": N_("quy trình không có sự kiện bắt đầu '{start}'."),
    "step-in-circle": N_(
        "Quy trình chạy vòng quanh mà không chờ ai; hãy vẽ một việc hoặc một sự kiện chờ trong vòng lặp."
    ),
    "step-too-long": N_(
        "Một bước đi qua hơn {most} phần tử mà không chờ ai;"
        " hãy chia nhỏ phần lặp, hoặc vẽ một việc hay một sự kiện chờ."
    ),
    "step-case-not-begun": N_("Hồ sơ chưa bắt đầu chạy theo quy trình."),
    "step-case-finished": N_("Hồ sơ đã chạy hết quy trình."),
    "step-deadline-not-running": N_("Hồ sơ không có hạn giải quyết nào đang chạy."),
    "step-timer-not-waiting": N_("Bộ hẹn giờ này không còn chờ nữa."),
    "step-task-not-open": N_("Việc này không còn mở nữa."),
    "step-message-not-awaited": N_("Hồ sơ không chờ tin nhắn '{message}'."),
}
