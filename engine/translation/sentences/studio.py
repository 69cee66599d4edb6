"""What is said of drafts, of their files and of deploying them, and of what the pages of the studio are sent."""

from __future__ import annotations

from engine.translation.catalogue import N_

_PLAYS = {
    "play-too-long": N_("Một lượt chơi thử có tối đa {most} việc; hãy ghi lại thành kịch bản rồi chơi tiếp từ đó."),
    "play-without-name": N_("Đặt tên cho kịch bản: nó chứng tỏ điều gì."),
    "play-without-acts": N_("Chưa làm việc nào nên chưa có gì để ghi thành kịch bản."),
    "play-does-not-hold": N_("Chạy lại thì không như vừa thấy nên chưa ghi được: {reason}"),
    "play-without-province": N_("Không có tỉnh nào để chạy thử quy trình này."),
    "play-task-not-open": N_("Việc này không còn mở; hãy chọn một việc đang mở."),
    "play-event-unreadable": N_(
        "Chọn một tin hoặc tín hiệu; các giá trị viết là tên: giá trị, cách nhau bằng dấu phẩy."
    ),
    "play-without-timer": N_("Không có giờ hẹn nào đang chạy."),
    "play-time-too-long": N_("Mỗi lần chỉ cho đồng hồ chạy từ 1 phút đến {most} ngày."),
    "play-time-unreadable": N_("Viết thời điểm như 24/11/2026 08:30."),
    "play-time-past": N_("Đồng hồ không lùi được; muốn lùi thì bấm Lùi một bước."),
    "play-start-unknown": N_("Chọn một điểm bắt đầu và người bắt đầu."),
    "play-act-unknown": N_("Yêu cầu này không phải một việc của chơi thử."),
}

_DRAFTS = {
    "draft-title-length": N_("Đặt tên cho bản nháp, tối đa {most} ký tự."),
    "too-many-drafts": N_("Bạn đã có {most} bản nháp; hãy bỏ bớt một bản trước."),
    "draft-base-unknown": N_("Không có bản triển khai nào như vậy để dựa vào."),
    "draft-outdated": N_(
        "Bản nháp dựa trên bản triển khai {base} nhưng nay đã có bản {newest}; hãy cập nhật bản nháp trước, để không "
        "xóa phần người khác đã sửa."
    ),
    "draft-unknown": N_("Bạn không có bản nháp số {draft}."),
    "draft-read-only": N_("Bản nháp này của {owner}; bạn chỉ xem và nhận xét được."),
    "draft-of-owner": N_("Chỉ {owner}, người giữ bản nháp, làm được việc này."),
    "draft-base-gone": N_(
        "Bản triển khai {number} mà bản nháp dựa vào không còn nguyên tệp, nên không mở được bản nháp; hãy báo quản "
        "trị viên rồi tạo bản nháp mới."
    ),
    "draft-changed-meanwhile": N_("Bản nháp vừa được người khác sửa; hãy mở lại rồi thử lại."),
    "too-many-editors": N_("Một bản nháp có tối đa {most} người cùng sửa."),
    "comment-length": N_("Ghi nhận xét, tối đa {most} ký tự."),
    "comment-place-unusable": N_("Không nhận xét được ở chỗ này; hãy chọn một tệp, một phần tử hoặc một dòng."),
    "comment-unknown": N_("Bản nháp không có nhận xét này."),
    "too-many-comments": N_("Một bản nháp có tối đa {most} nhận xét."),
    "draft-step-unknown": N_("Bản nháp không có bước {step}."),
    "draft-file-unknown": N_("Bản nháp không có tệp {file}."),
    "draft-has-too-many-files": N_("Một bản triển khai có tối đa {most} tệp."),
    "draft-file-exists": N_("Bản nháp đã có tệp cùng tên {file}; hãy đổi tên tệp rồi thử lại."),
    "draft-file-changed": N_(
        "Tệp đã được sửa ở cửa sổ khác. Nội dung của bạn chưa mất: hãy so sánh rồi chọn bản giữ lại."
    ),
    "draft-file-misplaced": N_(
        "Bản triển khai không có chỗ cho {file}; sơ đồ (.bpmn, .dmn) nằm trong workflows, biểu mẫu trong forms."
    ),
    "draft-file-name-too-long": N_("Tên tệp dài tối đa {most} ký tự."),
    "draft-file-too-large": N_("Tệp {file} lớn hơn {most} MB."),
    "draft-form-unreadable": N_(
        "Bản nháp có biểu mẫu chưa đọc được; hãy sửa biểu mẫu trước, vì nó cho biết dữ liệu thuộc loại nào."
    ),
    "draft-file-no-xml": N_("{file} không phải là XML đúng: dòng {line}."),
}

_RELEASES = {
    "draft-needs-approval": N_(
        "Bản nháp chưa được người thứ hai duyệt, hoặc đã sửa sau khi duyệt; hãy nhờ duyệt ở trang Chia sẻ và duyệt."
    ),
    "deploy-needs-approval": N_(
        "Bản triển khai này chưa được người thứ hai duyệt. Hãy đưa các tệp vào một bản nháp ở trang Thiết kế quy "
        'trình, nhờ duyệt, rồi chạy lại lệnh với đúng các tệp đó; khi khẩn cấp thêm --emergency "lý do": lý do được '
        "ghi lại và báo cho quản trị viên."
    ),
    "review-note-length": N_("Lời nhắn dài tối đa {most} ký tự."),
    "review-reason-length": N_("Ghi lý do trả lại, tối đa {most} ký tự."),
    "review-of-nothing": N_("Bản nháp chưa đổi gì so với bản triển khai gốc nên không có gì để duyệt."),
    "review-unknown": N_("Chưa ai nhờ duyệt bản nháp này."),
    "review-decided": N_("Lượt duyệt này đã khép: {who} vừa quyết định hoặc nhờ duyệt lại; hãy xem lại trang."),
    "review-draft-changed": N_(
        "Bản nháp đã được sửa sau khi nhờ duyệt, nên không duyệt được nữa; người sửa cần nhờ duyệt lại."
    ),
    "author-cannot-review": N_("Bạn giữ hoặc đã sửa bản nháp này, nên người khác phải duyệt."),
    "deploy-message-length": N_("Ghi rõ vì sao triển khai (tối đa {most} ký tự)."),
    "scenarios-failing": N_("Số kịch bản không đạt: {count}; ghi lý do nếu vẫn triển khai."),
    "changes-unseen": N_(
        "Số kịch bản diễn ra khác trước: {otherwise}; số chỗ đã sửa mà chưa kịch bản nào thử: {untried}. Hãy xem ở thẻ "
        "Phiên bản rồi đánh dấu là đã xem."
    ),
    "report-choice-unknown": N_(
        "Lựa chọn “{choice}” có giá trị '{value}' mà phản ánh không nhận, mọi phản ánh chọn nó sẽ bị từ chối; hãy dùng "
        "một trong: {known}."
    ),
    "renaming-line-malformed": N_("Dòng “{line}” không có dạng mã cũ = mã mới."),
}

_JOBS = {
    "too-many-jobs": N_("Bạn đang có {most} việc chờ hoặc đang chạy; hãy đợi hoặc hủy bớt."),
    "job-unknown": N_("Không có việc này, hoặc kết quả đã quá hạn giữ."),
    "job-worker-lost": N_(
        "Tiến trình nền đã dừng giữa chừng {times} lần khi làm việc này; hãy thử ít hồ sơ hơn hoặc báo quản trị viên."
    ),
    "job-files-invalid": N_("Bản nháp còn {count} vấn đề; sửa hết rồi chạy lại."),
    "job-broken": N_("Việc dừng vì lỗi của chương trình; hãy báo quản trị viên."),
}

_PANELS = {
    "heat-period-reversed": N_("Ngày cuối phải sau ngày đầu."),
    "mail-unfit": N_("Mẫu thư còn lỗi ở dòng {line}: {problem}"),
    "no-case-to-preview": N_("Chưa có hồ sơ nào để xem thử."),
    "number-outside-range": N_("Nhập một số từ 1 đến {most}."),
    "import-without-file": N_("Chọn một tệp BPMN hoặc DMN."),
    "import-too-large": N_("Tệp lớn hơn {most} KB."),
    "diagram-unreadable": N_("Không đọc được tệp này như một sơ đồ: {reason}"),
}

_REQUESTS = {
    "request-without-version": N_("Yêu cầu không nói đã đọc phiên bản nào của tệp."),
    "request-without-mail": N_("Yêu cầu xem thử không có nội dung mẫu thư."),
    "request-without-scenario": N_("Yêu cầu không có nội dung kịch bản."),
}

SENTENCES: dict[str, str] = {**_DRAFTS, **_PLAYS, **_RELEASES, **_JOBS, **_PANELS, **_REQUESTS}
