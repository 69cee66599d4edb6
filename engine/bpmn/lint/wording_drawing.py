"""Vietnamese sentences of the rules on files, elements, flows, gateways, events and timers, by rule."""

from __future__ import annotations

from engine.translation.catalogue import N_

DRAWING_SENTENCES: dict[str, str] = {
    # Files
    "file-size": N_("Tệp dài {size} byte, vượt quá {limit} byte; hãy chia thành nhiều tệp nhỏ hơn."),
    "file-encoding": N_("Tệp không ở dạng UTF-8; hãy lưu lại tệp với bảng mã UTF-8."),
    "xml-broken": N_("Tệp không phải XML hợp lệ ({detail}); hãy mở bằng trình vẽ và lưu lại."),
    "xml-doctype": N_("Tệp có khai báo DOCTYPE hoặc thực thể, không được chấp nhận; hãy xóa khai báo đó."),
    "xml-external": N_("Tệp trỏ ra ngoài ({what}); mọi thứ phải nằm trong tệp, hãy xóa chỗ này."),
    "xml-depth": N_("Các phần tử lồng nhau quá {limit} cấp; hãy tách thành quy trình riêng và gọi nó."),
    "xml-decisions": N_(
        "Tệp quyết định có quá {limit} phần tử; hãy chia thành nhiều bảng. "
        "Tệp ghi rõ là viết bằng FEEL được đến 20.000."
    ),
    "xml-elements": N_("Tệp có quá {limit} phần tử; hãy tách thành nhiều quy trình và gọi chúng."),
    "xml-text": N_("Một thuộc tính hoặc đoạn chữ dài quá {limit} ký tự; hãy rút ngắn."),
    "xml-root": N_("Phần tử gốc là {root}, không phải {expected}; tệp này không đúng loại với đuôi tệp."),
    # Elements and processes
    "id-missing": N_("Phần tử {kind} không có id; hãy đặt cho nó một id."),
    "id-pattern": N_(
        "Id '{id}' không hợp lệ; chỉ dùng chữ không dấu, chữ số, '_', '.', '-' và bắt đầu bằng chữ hoặc '_'."
    ),
    "id-reserved": N_("Id '{id}' đã được bộ máy quy trình dùng; phần tử sẽ bị mất mà không báo lỗi, hãy đặt id khác."),
    "id-duplicate": N_("Id '{id}' đã dùng ở dòng {line}; hãy đặt id khác."),
    "element-unsupported": N_(
        "Bộ máy không chạy được phần tử {kind}; hãy vẽ bằng userTask, serviceTask, scriptTask hoặc cổng khác."
    ),
    "ad-hoc": N_(
        "Quy trình con ad-hoc không được hỗ trợ; hãy vẽ các việc thành nhánh song song trong quy trình con thường."
    ),
    "transaction": N_(
        "Giao dịch và sự kiện hủy không được hỗ trợ; hãy dùng quy trình con thường với sự kiện biên lỗi."
    ),
    "compensation": N_("Bù trừ (compensation) không được hỗ trợ; hãy vẽ việc hoàn tác thành một nhánh bình thường."),
    "attribute-missing": N_("Phần tử {name} thiếu thuộc tính {attribute}; hãy mở bằng trình vẽ và lưu lại."),
    "comment-misplaced": N_("Bộ máy không đọc được chú thích XML ở chỗ này; hãy xóa chú thích."),
    "layout-number": N_("Tọa độ {attribute} của hình vẽ không phải số; hãy mở bằng trình vẽ và lưu lại."),
    "process-missing": N_("Tệp không có quy trình nào; hãy vẽ một quy trình."),
    "several-processes": N_(
        "Tệp có nhiều hơn một quy trình; hãy để mỗi quy trình trong một tệp và gọi bằng callActivity."
    ),
    "process-not-executable": N_('Quy trình chưa được đánh dấu chạy được; hãy đặt isExecutable="true".'),
    "process-duplicate": N_("Quy trình '{id}' đã có trong {file}; hãy đặt id khác."),
    "subprocess-duplicate": N_(
        "Id của quy trình con '{id}' đã dùng trong {file}; quy trình con của mọi tệp phải có id khác nhau."
    ),
    "start-missing": N_("Không có sự kiện bắt đầu; hãy vẽ một sự kiện bắt đầu."),
    "end-missing": N_("Không có sự kiện kết thúc; hãy vẽ ít nhất một sự kiện kết thúc."),
    "several-starts": N_("Có nhiều sự kiện bắt đầu; hãy giữ một và nối các nhánh từ đó."),
    # Flows
    "flow-ends": N_("Luồng nối với '{end}', phần tử không tồn tại; hãy nối lại luồng."),
    "flow-scope": N_(
        "Luồng đi từ '{source}' đến '{target}' qua ranh giới quy trình con; hãy nối với chính quy trình con đó."
    ),
    "flow-direction": N_(
        "Luồng không được đi ra từ điểm kết thúc, đi vào điểm bắt đầu, sự kiện biên hay quy trình con sự kiện"
        " ('{end}'); hãy nối với phần tử khác."
    ),
    "flow-double": N_(
        "Hai luồng đi thẳng từ một phần tử đến cổng '{gateway}' không gộp lại được; "
        "hãy bỏ một luồng hoặc đặt một sự kiện ở giữa."
    ),
    "several-outgoing": N_("Chỉ cổng mới có nhiều luồng ra; hãy vẽ một cổng phía sau phần tử này."),
    "unreachable": N_("Không có đường nào từ điểm bắt đầu đến đây; hãy nối luồng vào hoặc xóa phần tử."),
    "dead-end": N_("Không có luồng ra và không phải sự kiện kết thúc; hãy nối tiếp đến một sự kiện kết thúc."),
    "no-way-to-end": N_("Từ đây không đến được sự kiện kết thúc nào; hãy vẽ lối ra khỏi vòng lặp này."),
    # Gateways
    "default-missing": N_(
        "Cổng không có luồng mặc định nên hồ sơ dừng lại khi mọi điều kiện đều sai; hãy chọn một luồng mặc định."
    ),
    "default-missing-blank": N_(
        "Khi “{fields}” để trống thì không luồng nào đi được và hồ sơ dừng lại; hãy chọn một luồng mặc định."
    ),
    "default-unknown": N_("Luồng mặc định '{flow}' không đi ra từ cổng này; hãy chọn lại luồng mặc định."),
    "default-conditional": N_("Luồng mặc định không được có điều kiện; hãy xóa điều kiện."),
    "condition-missing": N_("Luồng ra từ cổng phải có điều kiện hoặc là luồng mặc định; hãy ghi điều kiện."),
    "condition-ignored": N_(
        "Điều kiện trên luồng ra từ '{node}' bị bỏ qua; hãy đặt một cổng loại trừ (exclusive) ở đó."
    ),
    "event-gateway-timers": N_(
        "Cổng sự kiện có nhiều bộ hẹn giờ nhưng bộ máy chỉ giữ một hạn; hãy để một bộ hẹn giờ, bộ còn lại đặt"
        " làm sự kiện biên của một quy trình con bao quanh."
    ),
    "event-gateway-target": N_(
        "Sau cổng sự kiện '{gateway}' chỉ được là sự kiện bắt trung gian hoặc receiveTask; hãy đặt một sự kiện ở đây."
    ),
    # Repeated activities
    "mi-input": N_("Việc lặp nhiều bản phải có đúng một trong hai: danh sách đầu vào hoặc số lần."),
    "mi-output-item": N_("Có danh sách kết quả nhưng không có phần tử kết quả; hãy khai báo outputDataItem."),
    "loop-bound": N_("Vòng lặp cần số lần tối đa (số nguyên) hoặc điều kiện lặp."),
    "mi-behavior": N_(
        "Việc lặp nhiều bản không phát được sự kiện khi một bản kết thúc; hãy vẽ sự kiện phát bên trong "
        "quy trình con lặp."
    ),
    "token-quantity": N_(
        "Bước cần hoặc tạo nhiều lượt (startQuantity, completionQuantity) không chạy được; hãy để là 1 và "
        "vẽ cổng song song."
    ),
    "instantiating": N_("Bước này không tự bắt đầu được quy trình; hãy vẽ sự kiện bắt đầu bằng tin nhắn."),
    "event-definition-elsewhere": N_(
        "Sự kiện dùng định nghĩa đặt ở chỗ khác trong tệp; hãy chọn loại ngay trên sự kiện, hoặc nhập lại tệp này."
    ),
    "branches-write": N_(
        "Hai nhánh chạy cùng lúc cùng ghi '{name}': bước “{first}” và bước “{second}”; giá trị ghi sau cùng được giữ. "
        "Nếu không muốn vậy, hãy đặt hai tên khác nhau."
    ),
    # Events
    "event-trigger": N_(
        "Loại kích hoạt '{trigger}' không chạy ở {kind}; hãy dùng tin nhắn, tín hiệu hoặc hẹn giờ, hoặc vẽ "
        "một sự kiện ném riêng ở phía trước."
    ),
    "event-without-trigger": N_("{kind} không có gì để chờ hoặc gửi; hãy chọn tin nhắn, tín hiệu hoặc hẹn giờ."),
    "event-several-triggers": N_("Sự kiện có nhiều loại kích hoạt; hãy vẽ mỗi loại thành một sự kiện riêng."),
    "start-trigger-inside": N_(
        "Sự kiện bắt đầu của quy trình con không được có kích hoạt '{trigger}'; hãy đặt sự kiện đó thành sự "
        "kiện bắt trung gian ngay sau điểm bắt đầu."
    ),
    "conditional-event": N_(
        "Điều kiện không bắt đầu được một quy trình, vì trước đó chưa có dữ liệu nào; hãy bắt đầu bằng tin nhắn, "
        "tín hiệu hoặc hẹn giờ."
    ),
    "event-gateway-conditional": N_(
        "Sau cổng sự kiện không đặt được sự kiện có điều kiện; hãy gắn nó làm sự kiện biên ngắt của một quy trình con "
        "bao quanh cổng."
    ),
    "event-gateway-incoming": N_(
        "Sự kiện sau cổng sự kiện chỉ được có một luồng vào, từ cổng đó; hãy vẽ một sự kiện riêng cho luồng kia."
    ),
    "condition-empty": N_("Sự kiện có điều kiện chưa có điều kiện; hãy ghi điều kiện."),
    "boundary-host": N_(
        "Sự kiện biên phải gắn vào một việc hoặc quy trình con cùng cấp, không phải '{host}'; hãy gắn lại."
    ),
    "event-subprocess-error": N_(
        "Lỗi luôn ngắt phần quanh nó, nên quy trình con sự kiện bắt đầu bằng lỗi không thể là kiểu không ngắt; "
        "hãy đổi sang kiểu ngắt, hoặc dùng sự kiện leo thang."
    ),
    "event-subprocess-trigger": N_(
        "Quy trình con sự kiện phải bắt đầu bằng tin nhắn, tín hiệu, hẹn giờ, lỗi hoặc leo thang, không phải "
        "'{trigger}'; hãy đổi loại của sự kiện bắt đầu."
    ),
    "error-uncaught": N_(
        "Lỗi '{code}' không được sự kiện biên nào bắt nên quy trình kết thúc như bình thường; hãy gắn sự kiện"
        " biên lỗi cùng mã vào quy trình con."
    ),
    "error-uncaught-call": N_(
        "Quy trình '{called}' có thể kết thúc bằng lỗi '{code}' mà ở đây không bắt; hãy gắn sự kiện biên lỗi cùng mã."
    ),
    "reference-missing": N_("Sự kiện không nêu {kind} nào; hãy chọn một {kind} đã khai báo."),
    "reference-unknown": N_("Không có {kind} nào với id '{ref}' trong tệp; hãy khai báo hoặc chọn lại."),
    "definition-nameless": N_("Khai báo {kind} này không có tên; bộ máy so khớp theo tên, hãy đặt tên."),
    "message-unsent": N_("Không ai gửi tin nhắn '{message}'; hãy sửa tên hoặc vẽ nơi gửi."),
    "message-unheard": N_("Không ai chờ tin nhắn '{name}'; hãy sửa tên hoặc vẽ nơi nhận."),
    "message-keyless": N_(
        "Tin nhắn '{name}' đi từ hồ sơ này sang hồ sơ khác nhưng không có khóa để biết gửi cho hồ sơ nào; hãy khai báo "
        "khóa liên kết (correlationKey) và nơi đọc khóa trong tin nhắn ở cả hai sơ đồ."
    ),
    "signal-unheard": N_("Không ai chờ tín hiệu '{name}'; hãy sửa tên hoặc vẽ nơi nhận."),
    "signal-unsent": N_("Không ai phát tín hiệu '{name}'; hãy sửa tên hoặc vẽ nơi phát."),
    "payload-place": N_(
        "Nội dung và biến của tin nhắn phải ghi ở sự kiện (messageEventDefinition), không ghi ở khai báo tin nhắn."
    ),
    # Timers
    "timer-empty": N_("Bộ hẹn giờ phải có đúng một thời điểm, thời hạn hoặc chu kỳ."),
    "timer-unquoted": N_('{text} cần đặt trong dấu nháy: "{text}".'),
    "timer-date": N_(
        "'{text}' không phải thời điểm ISO 8601; hãy viết \"2026-11-24T08:00:00+07:00\" hoặc dùng working_hours(2)."
    ),
    "timer-naive": N_("Thời điểm '{text}' thiếu múi giờ; hãy thêm +07:00."),
    "timer-duration": N_('\'{text}\' không phải thời hạn ISO 8601; hãy viết như "PT2H" hoặc "P1D".'),
    "timer-cycle": N_(
        "'{text}' không phải chu kỳ cố định; hãy viết như \"R3/P1D\", hoặc vẽ vòng lặp qua một sự kiện hẹn giờ."
    ),
    "timer-gives-no-instant": N_("{text} không cho một thời điểm; hãy viết như working_hours(2) hoặc deadline()."),
    "timer-gives-no-duration": N_(
        '{text} không cho một khoảng thời gian; hãy viết như "PT2H", hoặc chọn loại “Ngày giờ” cho working_hours(2).'
    ),
    "timer-gives-no-cycle": N_(
        '{text} không cho một chu kỳ; hãy viết như "R3/P1D", hoặc chọn loại “Ngày giờ” cho working_hours(2).'
    ),
    "cycle-place": N_("Chu kỳ chỉ chạy đúng ở sự kiện biên không ngắt; ở đây hãy vẽ vòng lặp qua một sự kiện hẹn giờ."),
}
