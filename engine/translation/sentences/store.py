"""What is said of broken rules of `store` and `config`: the database and the settings."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    # The database.
    "database-url-unreadable": N_(
        "Đây không phải là địa chỉ cơ sở dữ liệu; hãy viết sqlite:///TỆP hoặc postgresql+psycopg://…"
    ),
    "database-unsupported": N_("Chương trình không dùng được cơ sở dữ liệu “{name}”; hãy dùng sqlite hoặc postgresql."),
    "schema-not-changed": N_("Không chuyển được cơ sở dữ liệu sang cấu trúc khác."),
    "schema-missing": N_("Cơ sở dữ liệu còn trống, chương trình cần phiên bản {needed}; hãy chạy tongdai migrate."),
    "schema-not-newest": N_(
        "Cơ sở dữ liệu đang ở phiên bản {present}, chương trình cần phiên bản {needed}; hãy chạy tongdai migrate."
    ),
    "schema-revisions-missing": N_(
        "Thiếu thư mục {folder} chứa các phiên bản của cơ sở dữ liệu; hãy cài đặt lại chương trình."
    ),
    "schema-change-refused": N_("Không chuyển được cơ sở dữ liệu sang cấu trúc khác: {reason}"),
    "schema-reference-broken": N_("Một dòng của bảng {table} sẽ trỏ tới một dòng không có của bảng {target}."),
    # Settings.
    "port-busy": N_(
        "Cổng {port} của {host} đang có chương trình khác dùng; dừng chương trình đó hoặc đặt {name} khác."
    ),
    "port-unusable": N_("Không mở được cổng {port} của {host} ({reason}); kiểm tra {name}."),
    "setting-unknown": N_("Không có cấu hình nào tên là {name}; có phải ý bạn là {nearest}?"),
    "setting-refused": N_("{name} đang là {value}; được phép: {allowed}."),
    "setting-url-unreadable": N_("{name} không phải là URL (không hiện nội dung); được phép: {allowed}."),
    "setting-address-refused": N_(
        "{name} không phải là địa chỉ thuộc dạng được phép (không hiện nội dung); được phép: {allowed}."
    ),
    "setting-address-unreadable": N_("{name} không phải là địa chỉ (không hiện nội dung); được phép: {allowed}."),
    "setting-missing": N_("Chưa đặt {name}; được phép: {allowed}."),
    "setting-incomplete": N_("{name} đã đặt nhưng còn thiếu: {missing}."),
    "setting-missing-for-key": N_("Chưa đặt {name} trong khi đã có khóa của nó; được phép: {allowed}."),
    "setting-file-unreadable": N_("{name} đang là {file}, tệp này không đọc được; được phép: {allowed}."),
    "setting-secret-short": N_("Nội dung {name} không được hiện; nó có {count} ký tự; được phép: {allowed}."),
    "setting-file-secret-short": N_("{name} đang là {file}, tệp này có {count} ký tự; được phép: {allowed}."),
    "own-key-not-kept": N_("Không giữ được khóa {name} trong {folder}: {reason}."),
}
