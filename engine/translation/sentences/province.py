"""What is said of broken rules of `province`, `reorganisation`, `world` and the clock."""

from __future__ import annotations

from engine.translation.catalogue import N_

SENTENCES: dict[str, str] = {
    "province-unknown": N_("Không có tỉnh “{province}”; dùng {known} hoặc đường dẫn một thư mục có tệp province.yaml."),
    "province-unreadable": N_("Không đọc được {path}: {reason}."),
    "province-entry-missing": N_("{path} thiếu mục {entry}."),
    "province-entry-unknown": N_("{path} có mục lạ {entry}."),
    "province-entry-unusable": N_("{path}: mục {entry} không nhận giá trị {typed}."),
    "province-file-missing": N_("{path} nêu tệp {file}, mà thư mục không có."),
    "province-levels-contradict": N_("{path} ghi {levels} cấp, nhưng danh sách đơn vị không khớp."),
    "province-letters-in-use": N_("Đã có hồ sơ mang chữ đầu {letters}; không đổi sang {wished} được nữa."),
    "tiles-unreadable": N_("TONGDAI_TILES: {file} không phải là tệp MBTiles đọc được."),
    "tiles-no-pictures": N_(
        "TONGDAI_TILES: {file} chứa mảnh bản đồ dạng {kind}; chỉ dùng được ảnh PNG, JPEG hoặc WebP."
    ),
    "tiles-empty": N_("TONGDAI_TILES: {file} không có mảnh bản đồ nào."),
    # Instants and amounts of time.
    "instant-without-zone": N_("Thời điểm {at} không nêu múi giờ."),
    "instant-out-of-range": N_("Thời điểm {at} nằm ngoài khoảng dùng được."),
    "instant-unreadable": N_("{text} không phải là ngày giờ theo ISO 8601."),
    "instant-outside-calendar": N_("Thời điểm {at} nằm ngoài {first}–{last}, những năm mà lịch làm việc biết."),
    "deadline-outside-calendar": N_("Thời hạn nằm ngoài {first}–{last}, những năm mà lịch làm việc biết."),
    "amount-over-limit": N_("Khoảng thời gian {days} ngày vượt quá giới hạn 20 năm."),
    "deadline-language-unknown": N_(
        "Không có câu giải thích thời hạn bằng ngôn ngữ {language}; hãy dùng “vi” hoặc “en”."
    ),
    # Office hours.
    "hours-weekday-unknown": N_(
        "Giờ làm việc của “{kind}”: {weekday} không phải là thứ trong tuần; "
        "hãy dùng 1 (thứ Hai) đến 7 (Chủ nhật), hoặc 8 cho ngày lễ."
    ),
    "hours-line-unreadable": N_("“{line}” không phải là một dòng giờ làm việc; hãy viết như 1 07:30 11:30."),
    "hours-never-open": N_("Giờ làm việc của “{kind}” không có khoảng mở cửa nào trong tuần."),
    "hours-end-before-start": N_(
        "Giờ làm việc của “{kind}”, {day}: khoảng {opens}–{closes} không kết thúc sau khi bắt đầu."
    ),
    "hours-time-unreadable": N_("Giờ làm việc của “{kind}”, {day}: {text} không phải là giờ trong ngày, ví dụ 07:30."),
    "hours-overlap": N_("Giờ làm việc của “{kind}”, {day}: các khoảng {one} và {other} chồng lên nhau."),
    # Days that differ from the published calendar.
    "override-unknown": N_("Ngày {day} không có gì khác lịch chung."),
    "override-day-missing": N_("Hãy chọn ngày."),
    "override-twice": N_("Ngày khác lịch chung {day} được ghi hai lần."),
    "override-kind-unknown": N_(
        "Ngày khác lịch chung {day} có loại {kind}; loại phải là “closed” (nghỉ) hoặc “worked” (làm việc bù)."
    ),
    "override-without-name": N_("Ngày khác lịch chung {day} chưa có tên."),
    "override-outside-calendar": N_(
        "Ngày khác lịch chung {day} nằm ngoài {first}–{last}, những năm mà lịch làm việc biết."
    ),
    "override-columns-wrong": N_("{file}, dòng 1: các cột phải là {columns}."),
    "override-day-unreadable": N_("{file}, dòng {line}: {text} không phải là ngày viết như 2026-01-10."),
    "override-row-wrong": N_("{file}, dòng {line}: {reason}"),
    # Units and who serves whom.
    "unit-unknown": N_("Không có đơn vị nào có mã “{code}”."),
    "unit-kind-unknown": N_("Không có loại đơn vị này."),
    "post-unknown": N_("Không có đơn vị hoặc vai trò này; hãy chọn trong danh sách."),
    "role-not-served": N_("“{role}” không phải là vai trò do một đơn vị đảm nhận."),
    "role-without-unit": N_("Không có đơn vị nào đảm nhận vai trò “{role}” cho {name} ({place})."),
    "unit-code-twice": N_("Mã đơn vị “{code}” được ghi hai lần."),
    "unit-of-unknown-kind": N_("Đơn vị “{code}” có loại “{kind}” không hợp lệ."),
    "unit-of-unknown-parent": N_("Đơn vị “{code}” trực thuộc “{parent}” nhưng không có đơn vị đó."),
    "unit-of-unknown-successor": N_("Đơn vị “{code}” được thay bằng “{successor}” nhưng không có đơn vị đó."),
    "unit-parent-of-itself": N_("Đơn vị “{code}” trực thuộc chính nó qua các cấp."),
    "unit-successor-of-itself": N_("Đơn vị “{code}” được thay bằng chính nó qua các lần sắp xếp."),
    # Files of units and maps of a reorganisation.
    "unit-file-unreadable": N_("{path}: không đọc được tệp ({reason})."),
    "unit-file-not-utf8": N_("{path}:{line}: dòng này không phải UTF-8; hãy lưu tệp dạng “CSV UTF-8”."),
    "unit-file-not-csv": N_("{path}:{line}: dòng này không phải CSV ({reason})."),
    "unit-file-too-large": N_("{path} quá lớn: tối đa 5 MB và {most} dòng."),
    "unit-file-empty": N_("{path}: tệp trống."),
    "unit-file-column-twice": N_("{path}: dòng tiêu đề nêu tên một cột hai lần."),
    "unit-file-without-rows": N_("{path}: tệp có dòng tiêu đề nhưng không có dòng nào khác."),
    "unit-file-header-unknown": N_(
        "{path}: dòng tiêu đề không phải của tệp đơn vị; cần (three_level) {three_level}; "
        "hoặc (two_level) {two_level}; hoặc (organisation) {organisation}."
    ),
    "map-header-unknown": N_(
        "{path}: dòng tiêu đề không phải của bảng chuyển đổi; cần (xã) {communes}; hoặc (mọi đơn vị) {units}."
    ),
    # One row of such a file; said after the file's name and the row.
    "unit-file-row": N_("{file}, dòng {line}: {reason}"),
    "unit-file-row-of": N_("{file}, dòng {line}, mã {code}: {reason}"),
    "row-columns-wrong": N_("dòng có {count} cột thay vì {expected} cột"),
    "row-cell-missing": N_("thiếu {column}"),
    "row-code-unusable": N_("{column} {value} không phải là mã đơn vị"),
    "row-not-coordinate": N_("{column} {value} không phải là tọa độ"),
    "row-relation-unknown": N_("relation {value} không thuộc {allowed}"),
    "row-level-unknown": N_("level {value} không phải là province, district hay commune"),
    "row-kind-unknown": N_("kind {value} không thuộc {allowed}"),
    "row-province-elsewhere": N_("tỉnh {code} lại ghi dưới mã tỉnh {province}"),
    "row-district-elsewhere": N_("huyện trực thuộc {parent}, không phải tỉnh {province} của nó"),
    "row-own-parent": N_("đơn vị {code} trực thuộc chính nó"),
    "row-code-twice": N_("mã này đã có ở dòng {row}"),
    "row-kind-changed": N_("mã này là của một đơn vị loại {before}, không phải {kind}"),
    "row-parent-unknown": N_("đơn vị cấp trên {parent} không có, đã đóng, hoặc thiếu trong tệp"),
    "row-parent-unfit": N_("đơn vị loại {parent_kind} ({parent}) không thể là cấp trên của đơn vị loại {kind}"),
    "row-new-moved-away": N_("{code} lại được chuyển đi nơi khác; hãy cho đơn vị mới một mã riêng"),
    "row-split-unclear": N_("đơn vị nằm ở nhiều dòng: một dòng phải là default, các dòng còn lại là part"),
    "row-new-unknown": N_("không có đơn vị mới {code}; hãy nạp các đơn vị mới trước"),
    "row-new-closed": N_("đơn vị mới {code} đã đóng"),
    "row-gone-before": N_("đơn vị đã chuyển sang {code} từ trước"),
    "units-would-strand": N_("Chưa nạp: {count} đơn vị còn việc hoặc còn người sẽ bị đóng. Thêm --close nếu vẫn nạp."),
    # House numbers.
    "addresses-too-large": N_("{path} quá lớn: tối đa {most} MB."),
    "addresses-too-many": N_("{path} có quá nhiều dòng: tối đa {most}."),
    "addresses-not-utf8": N_("{path} không phải UTF-8; hãy lưu lại dạng CSV UTF-8."),
    "addresses-header-unknown": N_("{path}: dòng đầu phải có các cột {columns}."),
    "addresses-of-no-commune": N_("{path} không có địa chỉ nào thuộc xã, phường của tỉnh."),
    "address-unusable": N_("{path}, dòng {line}: địa chỉ trống hoặc không đọc được."),
    "address-not-degrees": N_("{path}, dòng {line}: kinh độ, vĩ độ không nằm ở Việt Nam."),
    # Borders of communes, and a point on the map.
    "borders-unreadable": N_("{path}: không đọc được tệp ranh giới ({reason})."),
    "borders-too-large": N_("{path} quá lớn: tối đa {most} MB."),
    "borders-too-many-points": N_("{path} có quá nhiều điểm: tối đa {most}; hãy đơn giản hóa ranh giới trước."),
    "borders-not-geojson": N_("{path} không phải là tệp GeoJSON có danh sách “features”."),
    "borders-of-no-commune": N_("{path} không có ranh giới của xã, phường nào trong tỉnh."),
    "border-without-code": N_("Đối tượng thứ {number} của tệp ranh giới không nêu mã xã, phường (“id” hoặc “code”)."),
    "border-not-area": N_("Ranh giới của mã {code} không phải là một vùng (Polygon hoặc MultiPolygon)."),
    "border-ring-open": N_("Ranh giới của mã {code} có đường không khép kín."),
    "border-not-degrees": N_("Ranh giới của mã {code} có tọa độ không phải kinh độ, vĩ độ (WGS 84) ở Việt Nam."),
    "border-twice": N_("Mã {code} có hai ranh giới trong tệp."),
    "point-outside-province": N_("Vị trí này nằm ngoài tỉnh. Chọn lại trên bản đồ, hoặc để trống ô này."),
    "point-in-several-communes": N_("Vị trí này thuộc một trong các nơi sau, hãy chọn: {communes}."),
    # Moving by a plan.
    "units-changed-since-plan": N_("Đơn vị hoặc nhân sự đã đổi từ khi lập kế hoạch; hãy lập lại."),
}
