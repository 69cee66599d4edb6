"""What is said of broken rules about identity providers: what they answer, and whom they vouch for."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "claim-table-header": N_("{file}: dòng đầu phải là {columns}."),
    "claim-table-unreadable": N_("{file}: không đọc được bảng vai trò: {reason}."),
    "claim-table-no-csv": N_("{file}: bảng vai trò không phải là tệp CSV theo mã UTF-8."),
    "claim-table-size": N_("{file}: bảng vai trò cần có từ 1 đến {most} dòng."),
    "claim-row-incomplete": N_("{file}, dòng {line}: mỗi dòng có đúng bốn ô và không ô nào trống."),
    "claim-row-role": N_("{file}, dòng {line}: vai trò {role} không cấp qua bảng này được; dùng một trong: {roles}."),
    "claim-row-everybody": N_(
        "{file}, dòng {line}: giá trị * cho mọi người cùng một vai trò ở {unit}; với * hãy ghi đơn vị là {{value}}."
    ),
    "provider-away": N_(
        "Máy chủ danh tính của tỉnh không trả lời hoặc trả lời không đúng chuẩn. Thử lại sau ít phút; ai đang làm việc "
        "vẫn làm việc bình thường."
    ),
    "provider-refused": N_("Máy chủ danh tính của tỉnh không xác nhận lần đăng nhập này, nên chưa ai được vào."),
    "provider-begin-again": N_("Lần đăng nhập này đã quá lâu hoặc đã dùng rồi; hãy bắt đầu lại từ trang đăng nhập."),
    "provider-other-issuer": N_(
        "Máy chủ danh tính không nhận mình là {issuer}, nên không tin được câu trả lời của nó."
    ),
    "provider-clock": N_(
        "Giấy xác nhận của máy chủ danh tính đã hết hạn hoặc chưa đến giờ dùng: đồng hồ hai máy lệch nhau quá "
        "{minutes} phút. Báo quản trị viên chỉnh lại giờ."
    ),
    "provider-not-asked-anew": N_("Máy chủ danh tính đã không hỏi lại bạn là ai; xác nhận bằng mật khẩu ở đây."),
    "external-somebody-else": N_("Đó là tài khoản của người khác; xác nhận bằng đúng tài khoản của bạn."),
    "directory-away": N_(
        "Máy chủ thư mục của tỉnh không trả lời hoặc từ chối. Thử lại sau ít phút; ai đang làm việc vẫn làm việc bình "
        "thường."
    ),
    "ldap-not-installed": N_(
        "{name} đã đặt nhưng chưa cài phần LDAP; cài: pip install 'tongdai1022[ldap]' (cần libldap và libsasl2)."
    ),
    "external-no-role": N_(
        "Tài khoản của tỉnh chưa được giao vai trò nào ở đây. Nhờ quản trị viên kiểm tra đơn vị và nhóm của bạn."
    ),
    "external-account-closed": N_("Tài khoản của bạn ở đây đã bị khóa; liên hệ quản trị viên."),
    "external-login-taken": N_(
        "Đã có tài khoản “{login}” ở đây. Nếu là của bạn, hãy đăng nhập bằng mật khẩu rồi nối hai tài khoản ở mục Tài "
        "khoản của tỉnh."
    ),
    "external-person-unusable": N_("Thông tin mà máy chủ danh tính gửi chưa dùng được: {reason}"),
    "external-joined-already": N_("Một trong hai tài khoản đã nối với tài khoản khác; hãy tách ra trước."),
    "external-join-signed-out": N_("Phiên làm việc đã hết; đăng nhập lại rồi nối hai tài khoản."),
}
