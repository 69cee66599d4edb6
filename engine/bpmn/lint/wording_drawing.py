"""Sentences of the rules on files, elements, flows, gateways, events and timers: rule -> (Vietnamese, English)."""

from __future__ import annotations

DRAWING_SENTENCES: dict[str, tuple[str, str]] = {
    # Files
    "file-size": (
        "Tệp dài {size} byte, vượt quá {limit} byte; hãy chia thành nhiều tệp nhỏ hơn.",
        "The file has {size} bytes, more than {limit}; split it into smaller files.",
    ),
    "file-encoding": (
        "Tệp không ở dạng UTF-8; hãy lưu lại tệp với bảng mã UTF-8.",
        "The file is not UTF-8; save it in that encoding.",
    ),
    "xml-broken": (
        "Tệp không phải XML hợp lệ ({detail}); hãy mở bằng trình vẽ và lưu lại.",
        "The file is not well-formed XML ({detail}); save it again from the editor.",
    ),
    "xml-doctype": (
        "Tệp có khai báo DOCTYPE hoặc thực thể, không được chấp nhận; hãy xóa khai báo đó.",
        "The file declares a DOCTYPE or entities, which are not accepted; remove the declaration.",
    ),
    "xml-external": (
        "Tệp trỏ ra ngoài ({what}); mọi thứ phải nằm trong tệp, hãy xóa chỗ này.",
        "The file points outside itself ({what}); everything must stand in the file, remove this.",
    ),
    "xml-depth": (
        "Các phần tử lồng nhau quá {limit} cấp; hãy tách thành quy trình riêng và gọi nó.",
        "Elements are nested more than {limit} levels deep; make it a process of its own and call it.",
    ),
    "xml-elements": (
        "Tệp có quá {limit} phần tử; hãy tách thành nhiều quy trình và gọi chúng.",
        "The file has more than {limit} elements; split it into processes that call each other.",
    ),
    "xml-text": (
        "Một thuộc tính hoặc đoạn chữ dài quá {limit} ký tự; hãy rút ngắn.",
        "An attribute or text is longer than {limit} characters; shorten it.",
    ),
    "xml-root": (
        "Phần tử gốc là {found}, không phải {wanted}; tệp này không đúng loại với đuôi tệp.",
        "The root element is {found}, not {wanted}; the file is not what its ending says.",
    ),
    # Elements and processes
    "id-missing": (
        "Phần tử {kind} không có id; hãy đặt cho nó một id.",
        "This {kind} has no id; give it one.",
    ),
    "id-pattern": (
        "Id '{id}' không hợp lệ; chỉ dùng chữ không dấu, chữ số, '_', '.', '-' và bắt đầu bằng chữ hoặc '_'.",
        "The id '{id}' is not allowed; use letters a-z, digits, '_', '.', '-', beginning with a letter or '_'.",
    ),
    "id-reserved": (
        "Id '{id}' đã được bộ máy quy trình dùng; phần tử sẽ bị mất mà không báo lỗi, hãy đặt id khác.",
        "The id '{id}' is taken by the engine, and the element would vanish without an error; choose another.",
    ),
    "id-duplicate": (
        "Id '{id}' đã dùng ở dòng {line}; hãy đặt id khác.",
        "The id '{id}' is already used in line {line}; choose another.",
    ),
    "element-unsupported": (
        "Bộ máy không chạy được phần tử {kind}; hãy vẽ bằng userTask, serviceTask, scriptTask hoặc cổng khác.",
        "The engine cannot run a {kind}; draw a userTask, serviceTask, scriptTask or another gateway instead.",
    ),
    "ad-hoc": (
        "Quy trình con ad-hoc không được hỗ trợ; hãy vẽ các việc thành nhánh song song trong quy trình con thường.",
        "Ad-hoc sub-processes are not supported; draw the tasks as parallel branches of an ordinary sub-process.",
    ),
    "transaction": (
        "Giao dịch và sự kiện hủy không được hỗ trợ; hãy dùng quy trình con thường với sự kiện biên lỗi.",
        "Transactions and cancel events are not supported; use a sub-process with an error boundary event.",
    ),
    "compensation": (
        "Bù trừ (compensation) không được hỗ trợ; hãy vẽ việc hoàn tác thành một nhánh bình thường.",
        "Compensation is not supported; draw the undoing as an ordinary branch.",
    ),
    "data-store": (
        "Kho dữ liệu không được hỗ trợ; hãy dùng trường của biểu mẫu hoặc đối tượng dữ liệu.",
        "Data stores are not supported; use fields of a form or a data object.",
    ),
    "message-flow": (
        "Luồng tin nhắn giữa các bể không chạy; hãy dùng sự kiện tin nhắn có cùng tên ở hai quy trình.",
        "Message flows between pools do not run; use message events of the same name in both processes.",
    ),
    "attribute-missing": (
        "Phần tử {name} thiếu thuộc tính {attribute}; hãy mở bằng trình vẽ và lưu lại.",
        "The element {name} lacks the attribute {attribute}; save the file again from the editor.",
    ),
    "comment-misplaced": (
        "Bộ máy không đọc được chú thích XML ở chỗ này; hãy xóa chú thích.",
        "The engine cannot read an XML comment in this place; remove it.",
    ),
    "layout-number": (
        "Tọa độ {attribute} của hình vẽ không phải số; hãy mở bằng trình vẽ và lưu lại.",
        "The coordinate {attribute} of a shape is not a number; save the file again from the editor.",
    ),
    "process-missing": (
        "Tệp không có quy trình nào; hãy vẽ một quy trình.",
        "The file holds no process; draw one.",
    ),
    "several-processes": (
        "Tệp có nhiều hơn một quy trình; hãy để mỗi quy trình trong một tệp và gọi bằng callActivity.",
        "The file holds more than one process; put each in a file of its own and call it by a call activity.",
    ),
    "process-not-executable": (
        'Quy trình chưa được đánh dấu chạy được; hãy đặt isExecutable="true".',
        'The process is not marked as executable; set isExecutable="true".',
    ),
    "process-duplicate": (
        "Quy trình '{id}' đã có trong {file}; hãy đặt id khác.",
        "The process '{id}' is already defined in {file}; choose another id.",
    ),
    "subprocess-duplicate": (
        "Id của quy trình con '{id}' đã dùng trong {file}; quy trình con của mọi tệp phải có id khác nhau.",
        "The sub-process id '{id}' is already used in {file}; sub-processes of all files need different ids.",
    ),
    "start-missing": (
        "Không có sự kiện bắt đầu; hãy vẽ một sự kiện bắt đầu.",
        "There is no start event; draw one.",
    ),
    "end-missing": (
        "Không có sự kiện kết thúc; hãy vẽ ít nhất một sự kiện kết thúc.",
        "There is no end event; draw at least one.",
    ),
    "several-starts": (
        "Có nhiều sự kiện bắt đầu; hãy giữ một và nối các nhánh từ đó.",
        "There are several start events; keep one and draw the branches from it.",
    ),
    # Flows
    "flow-ends": (
        "Luồng nối với '{end}', phần tử không tồn tại; hãy nối lại luồng.",
        "The flow is attached to '{end}', which does not exist; connect it again.",
    ),
    "flow-scope": (
        "Luồng đi từ '{source}' đến '{target}' qua ranh giới quy trình con; hãy nối với chính quy trình con đó.",
        ("The flow from '{source}' to '{target}' crosses the border of a sub-process; connect the sub-process itself."),
    ),
    "flow-direction": (
        (
            "Luồng không được đi ra từ điểm kết thúc, đi vào điểm bắt đầu, sự kiện biên hay quy trình con sự "
            "kiện ('{end}'); hãy nối với phần tử khác."
        ),
        (
            "A flow cannot leave an end event or enter a start event, boundary event or event sub-process "
            "('{end}'); connect another element."
        ),
    ),
    "several-outgoing": (
        "Chỉ cổng mới có nhiều luồng ra; hãy vẽ một cổng phía sau phần tử này.",
        "Only a gateway may have several outgoing flows; draw a gateway behind this element.",
    ),
    "unreachable": (
        "Không có đường nào từ điểm bắt đầu đến đây; hãy nối luồng vào hoặc xóa phần tử.",
        "No path leads here from a start; connect it or delete it.",
    ),
    "dead-end": (
        "Không có luồng ra và không phải sự kiện kết thúc; hãy nối tiếp đến một sự kiện kết thúc.",
        "Nothing follows and it is not an end event; go on to an end event.",
    ),
    "no-way-to-end": (
        "Từ đây không đến được sự kiện kết thúc nào; hãy vẽ lối ra khỏi vòng lặp này.",
        "No end event can be reached from here; draw a way out of this loop.",
    ),
    "join-in-loop": (
        (
            "Cổng gộp nằm trong vòng lặp đếm cả các nhánh của vòng trước; hãy đặt phần rẽ nhánh và gộp vào một "
            "quy trình con rồi lặp lại cả quy trình con."
        ),
        (
            "A join inside a loop counts the branches of the previous turn; put the fork and the join into a "
            "sub-process and loop back around that."
        ),
    ),
    # Gateways
    "default-missing": (
        "Cổng không có luồng mặc định nên hồ sơ dừng lại khi mọi điều kiện đều sai; hãy chọn một luồng mặc định.",
        "The gateway has no default flow, so a case stops when no condition holds; mark one flow as default.",
    ),
    "default-unknown": (
        "Luồng mặc định '{flow}' không đi ra từ cổng này; hãy chọn lại luồng mặc định.",
        "The default flow '{flow}' does not leave this gateway; choose the default flow again.",
    ),
    "default-conditional": (
        "Luồng mặc định không được có điều kiện; hãy xóa điều kiện.",
        "The default flow must not have a condition; remove it.",
    ),
    "condition-missing": (
        "Luồng ra từ cổng phải có điều kiện hoặc là luồng mặc định; hãy ghi điều kiện.",
        "A flow out of this gateway needs a condition unless it is the default; write the condition.",
    ),
    "condition-ignored": (
        "Điều kiện trên luồng ra từ '{node}' bị bỏ qua; hãy đặt một cổng loại trừ (exclusive) ở đó.",
        "The condition on this flow out of '{node}' is ignored; put an exclusive gateway there.",
    ),
    "event-gateway-timers": (
        (
            "Cổng sự kiện có nhiều bộ hẹn giờ nhưng bộ máy chỉ giữ một hạn; hãy để một bộ hẹn giờ, bộ còn lại "
            "đặt làm sự kiện biên của một quy trình con bao quanh."
        ),
        (
            "The event gateway has several timers, but the engine keeps one due time; leave one, and make the "
            "other a boundary event of a sub-process around the gateway."
        ),
    ),
    "event-gateway-target": (
        (
            "Sau cổng sự kiện '{gateway}' chỉ được là sự kiện bắt trung gian hoặc receiveTask; hãy đặt một sự "
            "kiện ở đây."
        ),
        "Behind the event gateway '{gateway}' only catch events and receive tasks may follow; put an event here.",
    ),
    # Repeated activities
    "mi-input": (
        "Việc lặp nhiều bản phải có đúng một trong hai: danh sách đầu vào hoặc số lần.",
        "A multi-instance activity needs exactly one of an input collection and a cardinality.",
    ),
    "mi-output": (
        (
            "Sau lần chạy này biến '{item}' còn lại trong dữ liệu và lần sau sẽ lỗi; hãy khai báo danh sách kết "
            "quả (loopDataOutputRef) và phần tử kết quả (outputDataItem)."
        ),
        (
            "The item '{item}' stays in the data and the next turn fails; declare an output collection "
            "(loopDataOutputRef) with an output item (outputDataItem)."
        ),
    ),
    "mi-output-item": (
        "Có danh sách kết quả nhưng không có phần tử kết quả; hãy khai báo outputDataItem.",
        "There is an output collection but no output item; declare an outputDataItem.",
    ),
    "mi-cardinality-output": (
        "Lặp theo số lần có danh sách kết quả thì lần chạy thứ hai sẽ lỗi; hãy lặp theo một danh sách đầu vào.",
        "With a cardinality and an output collection the second turn fails; iterate over an input collection.",
    ),
    "loop-bound": (
        "Vòng lặp cần số lần tối đa (số nguyên) hoặc điều kiện lặp.",
        "The loop needs a maximum (a whole number) or a loop condition.",
    ),
    # Events
    "event-trigger": (
        (
            "Loại kích hoạt '{trigger}' không chạy ở {kind}; hãy dùng tin nhắn, tín hiệu hoặc hẹn giờ, hoặc vẽ "
            "một sự kiện ném riêng ở phía trước."
        ),
        (
            "The trigger '{trigger}' does not work at a {kind}; use a message, signal or timer, or draw a throw "
            "event of its own before it."
        ),
    ),
    "event-without-trigger": (
        "{kind} không có gì để chờ hoặc gửi; hãy chọn tin nhắn, tín hiệu hoặc hẹn giờ.",
        "This {kind} has nothing to wait for or send; choose a message, a signal or a timer.",
    ),
    "event-several-triggers": (
        "Sự kiện có nhiều loại kích hoạt; hãy vẽ mỗi loại thành một sự kiện riêng.",
        "The event has several triggers; draw one event for each.",
    ),
    "start-trigger-inside": (
        (
            "Sự kiện bắt đầu của quy trình con không được có kích hoạt '{trigger}'; hãy đặt sự kiện đó thành sự "
            "kiện bắt trung gian ngay sau điểm bắt đầu."
        ),
        (
            "The start of a sub-process cannot have the trigger '{trigger}'; draw an intermediate catch event "
            "behind a plain start."
        ),
    ),
    "conditional-event": (
        (
            "Sự kiện có điều kiện không tự thức dậy khi dữ liệu thay đổi; hãy dùng tín hiệu hoặc tin nhắn gửi từ "
            "nơi thay đổi dữ liệu."
        ),
        (
            "A conditional event does not wake when data changes elsewhere; use a signal or message sent where "
            "it changes."
        ),
    ),
    "boundary-host": (
        "Sự kiện biên phải gắn vào một việc hoặc quy trình con cùng cấp, không phải '{host}'; hãy gắn lại.",
        "A boundary event must sit on an activity of its own level, not on '{host}'; attach it again.",
    ),
    "boundary-on-repeated": (
        (
            "Sự kiện biên ngắt trên '{host}' đang lặp nhiều bản sẽ làm hồ sơ lỗi vĩnh viễn; hãy bao '{host}' "
            "bằng một quy trình con và gắn sự kiện vào đó."
        ),
        (
            "An interrupting event on the repeated '{host}' breaks the case for good; put '{host}' into a "
            "sub-process and attach the event to that."
        ),
    ),
    "event-subprocess-interrupting": (
        (
            "Quy trình con sự kiện kiểu ngắt không ngắt được luồng chính; hãy đặt luồng chính vào một quy trình "
            "con có sự kiện biên ngắt."
        ),
        (
            "An interrupting event sub-process does not interrupt; put the main flow into a sub-process with an "
            "interrupting boundary event."
        ),
    ),
    "event-subprocess-trigger": (
        (
            "Quy trình con sự kiện chỉ chạy đúng với tin nhắn, không phải '{trigger}'; hãy dùng sự kiện biên "
            "trên một quy trình con bao quanh."
        ),
        (
            "An event sub-process works only with a message, not '{trigger}'; use a boundary event on a "
            "sub-process around the main flow."
        ),
    ),
    "event-subprocess-place": (
        (
            "Tin nhắn không đến được quy trình con sự kiện nằm trong quy trình con hoặc quy trình được gọi; hãy "
            "dùng sự kiện biên tin nhắn không ngắt."
        ),
        (
            "Messages do not reach an event sub-process inside a sub-process or a called process; use a message "
            "boundary event that does not interrupt."
        ),
    ),
    "error-uncaught": (
        (
            "Lỗi '{code}' không được sự kiện biên nào bắt nên quy trình kết thúc như bình thường; hãy gắn sự "
            "kiện biên lỗi cùng mã vào quy trình con."
        ),
        (
            "No boundary event catches the error '{code}', so the process would end as if all were well; attach "
            "an error boundary event with that code."
        ),
    ),
    "error-uncaught-call": (
        (
            "Quy trình '{called}' có thể kết thúc bằng lỗi '{code}' mà ở đây không bắt; hãy gắn sự kiện biên lỗi "
            "cùng mã."
        ),
        (
            "The process '{called}' can end with the error '{code}', which nothing here catches; attach an error "
            "boundary event with that code."
        ),
    ),
    "reference-missing": (
        "Sự kiện không nêu {kind} nào; hãy chọn một {kind} đã khai báo.",
        "The event names no {kind}; choose a declared one.",
    ),
    "reference-unknown": (
        "Không có {kind} nào với id '{ref}' trong tệp; hãy khai báo hoặc chọn lại.",
        "There is no {kind} with the id '{ref}' in the file; declare it or choose another.",
    ),
    "definition-nameless": (
        "Khai báo {kind} này không có tên; bộ máy so khớp theo tên, hãy đặt tên.",
        "This {kind} has no name, by which the engine matches; give it one.",
    ),
    "message-unsent": (
        "Không ai gửi tin nhắn '{message}'; hãy sửa tên hoặc vẽ nơi gửi.",
        "Nobody sends the message '{message}'; correct its name or draw who sends it.",
    ),
    "payload-place": (
        "Nội dung và biến của tin nhắn phải ghi ở sự kiện (messageEventDefinition), không ghi ở khai báo tin nhắn.",
        "Payload and variable belong to the event (messageEventDefinition), not to the message.",
    ),
    # Timers
    "timer-empty": (
        "Bộ hẹn giờ phải có đúng một thời điểm, thời hạn hoặc chu kỳ.",
        "A timer needs exactly one date, duration or cycle.",
    ),
    "timer-unquoted": (
        '{text} cần đặt trong dấu nháy: "{text}".',
        '{text} must stand in quotes: "{text}".',
    ),
    "timer-date": (
        "'{text}' không phải thời điểm ISO 8601; hãy viết \"2026-11-24T08:00:00+07:00\" hoặc dùng working_hours(2).",
        "'{text}' is no ISO 8601 date and time; write \"2026-11-24T08:00:00+07:00\" or use working_hours(2).",
    ),
    "timer-naive": (
        "Thời điểm '{text}' thiếu múi giờ; hãy thêm +07:00.",
        "The date and time '{text}' has no offset; add +07:00.",
    ),
    "timer-duration": (
        '\'{text}\' không phải thời hạn ISO 8601; hãy viết như "PT2H" hoặc "P1D".',
        '\'{text}\' is no ISO 8601 duration; write "PT2H" or "P1D".',
    ),
    "timer-cycle": (
        "'{text}' không phải chu kỳ cố định; hãy viết như \"R3/P1D\", hoặc vẽ vòng lặp qua một sự kiện hẹn giờ.",
        "'{text}' is no fixed cycle; write \"R3/P1D\", or draw a loop over a timer event.",
    ),
    "cycle-place": (
        "Chu kỳ chỉ chạy đúng ở sự kiện biên không ngắt; ở đây hãy vẽ vòng lặp qua một sự kiện hẹn giờ.",
        "A cycle works only at a boundary event that does not interrupt; draw a loop over a timer event here.",
    ),
}
