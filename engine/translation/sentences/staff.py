"""What is said of broken rules of `staff`: accounts, roles, passwords, substitutes, drafts and kept lists."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "person-unknown": N_("Không có người này."),
    "duty-week-unknown": N_("Chọn tuần trực trong danh sách, từ tuần này trở đi."),
    "duty-person-unknown": N_("Chọn người trực trong danh sách cán bộ của đơn vị."),
    "account-unknown": N_("Không có tài khoản “{login}”."),
    "colleague-missing": N_("Gõ tên đồng nghiệp rồi chọn trong danh sách."),
    "colleague-unknown": N_("Không có đồng nghiệp “{typed}”; chọn trong danh sách."),
    "colleague-without-role": N_("Người được chọn không có vai trò để làm việc này."),
    "account-closed": N_("Tài khoản này đã bị khóa."),
    "roles-do-not-allow": N_("Không vai trò nào của bạn được làm việc này."),
    "task-of-others": N_("Việc này thuộc đơn vị khác hoặc đồng nghiệp đang giữ."),
    "role-table-unreadable": N_("Không đọc được bảng vai trò (engine/data/roles.yaml): {reason}."),
    "role-table-incomplete": N_("Bảng vai trò (engine/data/roles.yaml) thiếu vai trò {role}, mà chương trình cần."),
    "role-table-without-caption": N_(
        "Trong bảng vai trò (engine/data/roles.yaml), vai trò {role} thiếu tên ở mục {entry}."
    ),
    "role-table-unknown-entry": N_("Trong bảng vai trò (engine/data/roles.yaml), vai trò {role} có mục lạ {entry}."),
    "role-table-unknown-value": N_(
        "Trong bảng vai trò (engine/data/roles.yaml), mục {entry} của vai trò {role} không nhận {typed}; dùng {known}."
    ),
    "role-table-unknown-role": N_(
        "Trong bảng vai trò (engine/data/roles.yaml), vai trò {role} nhắc đến vai trò {other}, mà bảng không có."
    ),
    "role-table-unknown-act": N_(
        "Trong bảng vai trò (engine/data/roles.yaml), vai trò {role} có quyền lạ {act}; các quyền là {known}."
    ),
    "password-wrong": N_("Mật khẩu hiện tại không đúng."),
    "password-too-short": N_("Mật khẩu cần ít nhất {least} ký tự."),
    "password-too-long": N_("Mật khẩu dài quá {most} ký tự."),
    "password-too-simple": N_("Mật khẩu lặp quá ít ký tự khác nhau."),
    "password-has-login": N_("Mật khẩu không được chứa tên đăng nhập."),
    "password-guessable": N_(
        "Mật khẩu này dễ đoán: mật khẩu phổ biến, đã lộ, hoặc ghép từ tên, đơn vị, dãy phím. Chọn một câu chỉ bạn biết."
    ),
    "hashing-overloaded": N_("Đang có quá nhiều người đăng nhập cùng lúc; đợi ít giây rồi thử lại."),
    "factor-known": N_("Thiết bị này đã được thêm."),
    "factors-full": N_("Đã có {most} thiết bị; gỡ bớt một thiết bị rồi thêm lại."),
    "factor-unknown": N_("Không có thiết bị này."),
    "factor-last": N_("Vai trò của bạn cần xác thực hai lớp; thêm thiết bị khác trước khi gỡ thiết bị cuối cùng."),
    "enrolment-late": N_("Trang này đã mở quá lâu; đã tạo mã mới, quét lại rồi nhập mã."),
    "totp-malformed": N_("Mã gồm 6 chữ số trong ứng dụng xác thực, hoặc một mã khôi phục."),
    "totp-wrong": N_("Mã không đúng; quét lại hình hoặc nhập lại khóa rồi thử mã mới."),
    "totp-wrong-or-clock": N_(
        "Mã không đúng hoặc đã hết hạn. Thử mã đang hiện; nếu vẫn sai, đặt giờ của điện thoại về tự động."
    ),
    "totp-clock-late": N_(
        "Đồng hồ của điện thoại chậm khoảng {minutes} phút; đặt giờ về tự động rồi nhập mã mới đang hiện."
    ),
    "totp-clock-early": N_(
        "Đồng hồ của điện thoại nhanh khoảng {minutes} phút; đặt giờ về tự động rồi nhập mã mới đang hiện."
    ),
    "totp-used": N_("Mã này đã dùng rồi; đợi mã kế tiếp rồi nhập."),
    "recovery-code-wrong": N_("Mã khôi phục này không đúng hoặc đã dùng."),
    "recovery-codes-used-up": N_("Không còn mã khôi phục nào; liên hệ quản trị viên để nhận liên kết đặt lại."),
    "passkey-refused": N_("Thiết bị không xác nhận được khóa truy cập; thử lại hoặc dùng cách khác."),
    "passkey-late": N_("Yêu cầu đã quá hạn hoặc đã dùng; tải lại trang rồi thử lại."),
    "passkey-without-pin": N_(
        "Khóa truy cập này không hỏi mã PIN hay vân tay nên không đủ để đăng nhập; nhập mật khẩu trước."
    ),
    "passkey-unknown": N_("Khóa truy cập này không gắn với tài khoản nào ở đây; dùng cách khác."),
    "proof-limit": N_("Đã thử quá nhiều lần. Thử lại sau {until}."),
    "session-unknown": N_("Phiên này đã kết thúc."),
    "push-service-refused": N_("Dịch vụ thông báo của trình duyệt này không được phép ở đây."),
    "push-keys-malformed": N_("Trình duyệt gửi khóa không đúng; tải lại trang rồi thử lại."),
    "account-link-kind": N_("Không có loại liên kết này."),
    "account-link-unknown": N_("Liên kết này không đúng; sao chép lại cả dòng, hoặc xin quản trị viên liên kết mới."),
    "account-link-used": N_("Liên kết này đã dùng hoặc đã có liên kết mới hơn; xin quản trị viên liên kết mới."),
    "account-link-expired": N_("Liên kết này đã hết hạn; xin quản trị viên liên kết mới."),
    "login-malformed": N_(
        "Tên đăng nhập gồm 3 đến 40 chữ thường không dấu, chữ số, dấu chấm hoặc gạch nối, bắt đầu bằng chữ hoặc số."
    ),
    "login-taken": N_("Tên đăng nhập này đã có người dùng; chọn tên khác."),
    "person-name-length": N_("Họ tên có từ {least} đến {most} ký tự."),
    "email-malformed": N_("Địa chỉ thư điện tử chưa đúng dạng, ví dụ ten@donvi.gov.vn."),
    "person-role-unknown": N_("Không có vai trò này; chọn vai trò trong danh sách."),
    "role-not-held": N_("Người này không giữ vai trò đó."),
    "absence-of-oneself": N_("Không ai xử lý thay cho chính mình; chọn hai người khác nhau."),
    "absence-period": N_("Ngày cuối phải từ ngày đầu trở đi và cách ngày đầu không quá một năm."),
    "absence-over": N_("Ngày cuối đã qua; chọn một ngày từ hôm nay trở đi."),
    "absence-for-own-benefit": N_("Không ai tự sắp xếp để mình xử lý thay người khác; hãy chọn một người khác."),
    "absence-unit-unclear": N_("Người này có vai trò ở nhiều đơn vị; chọn một trong: {units}."),
    "absence-nothing-to-lend": N_(
        "Ở đơn vị này không có vai trò nào nhờ xử lý thay được; "
        "vai trò quản trị, phân tích và ký văn bản không nhờ được."
    ),
    "absence-of-substitute": N_(
        "Người này đang nhận xử lý thay cùng vai trò ở đơn vị này nên không nhờ người khác nữa."
    ),
    "substitute-is-absent": N_("Người được chọn cũng vắng ở đơn vị này trong thời gian đó; hãy chọn một người khác."),
    "absences-cover-each-other": N_(
        "Trong thời gian đó người được chọn cũng vắng và việc của họ lại về người vắng mặt này; "
        "hãy chọn người không vắng."
    ),
    "substitute-of-another-unit": N_(
        "Người được chọn không thuộc đơn vị này; hãy chọn đồng nghiệp cùng đơn vị, hoặc nhờ quản trị sắp xếp."
    ),
    "substitute-without-role": N_("Người được chọn chưa giữ vai trò nào; hãy chọn một người khác."),
    "absence-arranged-already": N_("Người này đã được nhờ xử lý thay trong thời gian đó."),
    "absence-unknown": N_("Không có lượt xử lý thay này."),
    "person-of-another-unit": N_("Người này thuộc đơn vị khác, không do bạn sắp xếp người xử lý thay."),
    "saved-form-too-long": N_("Bản nháp chứa tối đa {most} ký tự."),
    "list-name-length": N_("Tên danh sách có từ 1 đến {most} ký tự."),
    "list-filters-too-long": N_("Bộ lọc của danh sách quá dài; rút ngắn từ khóa rồi lưu lại."),
    "saved-lists-full": N_("Đã có {most} danh sách; bỏ bớt một danh sách rồi lưu lại."),
    "saved-list-unknown": N_("Không có danh sách này."),
    "api-key-name": N_("Tên hệ thống dùng khóa có từ 1 đến {most} ký tự."),
    "api-key-door": N_("Chọn khóa mở gì trong danh sách."),
    "api-key-rate": N_("Số lượt gọi mỗi phút là một số từ 1 đến {most}."),
    "api-key-not-in-force": N_("Không có khóa này, hoặc khóa đã bị thu hồi."),
    "api-key-unknown": N_("Thiếu khóa, khóa không đúng, hoặc khóa đã bị thu hồi."),
    "api-calls-too-often": N_("Khóa này đã dùng hết số lượt gọi trong phút; đợi rồi gọi lại."),
    "api-key-without-events": N_(
        "Khóa này không được gửi thông điệp và tín hiệu; quản trị viên cho phép khi tạo khóa."
    ),
    "api-form-has-faults": N_("Nội dung gửi chưa đúng biểu mẫu; xem errors."),
    "api-arguments": N_("Nội dung gửi không đúng mô tả của giao diện: {names}."),
    "api-number-too-long": N_("Không đọc được nội dung JSON: có số quá dài."),
    "api-body-unreadable": N_("Không đọc được nội dung JSON: lồng quá sâu."),
    "api-body-too-large": N_("Nội dung JSON có nhiều nhất {most} KB."),
    "api-token-missing": N_("Việc này cần tiêu đề Idempotency-Key, để gửi lại không làm thêm lần nữa."),
    "api-token-of-another": N_("Idempotency-Key này đã dùng cho nội dung khác; dùng một giá trị mới."),
    "api-task-has-page": N_("Việc này chỉ làm được trên trang của nó."),
    "api-answers-unknown": N_("Biểu mẫu không có, hoặc không nhận qua giao diện này: {names}."),
}
