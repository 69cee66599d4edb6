"""What is said of broken rules of `journal`: chains that do not hold, and roles that nobody has given."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "journal-row-missing": N_(
        "nhật ký hệ thống, phần {chain}, dòng {row}: thiếu dòng này; dòng kế tiếp là {following}"
    ),
    "journal-row-unreadable": N_("không đọc được dòng {row} của nhật ký hệ thống, phần {chain}"),
    "journal-end-damaged": N_(
        "Không ghi tiếp được nhật ký hệ thống, phần {chain}: chỗ ghi dòng cuối đã bị hỏng. Chưa có gì thay đổi; "
        "đề nghị quản trị máy chủ chạy tongdai history verify."
    ),
    "journal-row-changed": N_("nhật ký hệ thống, phần {chain}, dòng {row}: nội dung đã bị sửa"),
    "journal-count-differs": N_(
        "nhật ký hệ thống, phần {chain}, từ dòng {row}: đã ghi {written} dòng, nay có {left} dòng"
    ),
    "journal-rewritten": N_("nhật ký hệ thống, phần {chain}, dòng {row}: chuỗi xác thực đã bị viết lại"),
    "journal-row-gone": N_(
        "nhật ký hệ thống, phần {chain}, dòng {row}: bản lưu đối chiếu có dòng này nhưng nay không còn"
    ),
    "journal-row-differs": N_("nhật ký hệ thống, phần {chain}, dòng {row}: bản lưu đối chiếu ghi nội dung khác"),
    "role-without-act": N_("{login} giữ vai trò {role} ở đơn vị {unit} mà nhật ký không ghi ai giao"),
    "role-lost-without-act": N_("{login} mất vai trò {role} ở đơn vị {unit} mà nhật ký không ghi ai thu"),
    "loan-without-act": N_(
        "{login} xử lý thay {lender} ở đơn vị {unit} mà nhật ký không ghi ai cử, hoặc chỉ ghi đến sớm hơn"
    ),
    "account-opened-without-act": N_("tài khoản {login} được mở lại mà nhật ký không ghi ai mở"),
    "table-differs": N_("bảng {table} không phải là nội dung mà thao tác cuối cùng trong nhật ký đã ghi dấu"),
    "account-without-act": N_("tài khoản {login} có trong cơ sở dữ liệu mà nhật ký không ghi ai lập"),
    "account-gone-without-act": N_("tài khoản {login} không còn mà nhật ký không ghi ai bỏ"),
    "account-differs": N_("tài khoản {login}: {what} không phải là nội dung mà nhật ký đã ghi dấu"),
    "session-without-act": N_("tài khoản {login} có một phiên mà nhật ký không ghi lần đăng nhập nào như vậy"),
    "account-link-without-act": N_(
        "tài khoản {login} có một liên kết chọn mật khẩu còn dùng được mà nhật ký không ghi ai tạo"
    ),
    "account-closed-without-act": N_("tài khoản {login} bị khóa mà nhật ký không ghi ai khóa"),
}
