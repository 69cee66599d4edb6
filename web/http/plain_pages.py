"""Error pages that need no template, session or database, in both languages: for when the program can do no more.

The application shows them when it or the database fails, the HTTP server for requests that it refuses by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from engine.translation.catalogue import LANGUAGES, N_, Language, translate

# By status: what went wrong, and what the visitor can do.
ERROR_SENTENCES: dict[int, tuple[str, str]] = {
    400: (
        N_("Yêu cầu không hợp lệ"),
        N_("Hệ thống không hiểu nội dung vừa gửi. Quay lại, kiểm tra và gửi lại."),
    ),
    401: (N_("Cần đăng nhập"), N_("Phiên làm việc đã hết. Đăng nhập lại; bản nháp đã lưu vẫn còn.")),
    403: (N_("Không có quyền"), N_("Việc này thuộc đơn vị khác hoặc vai trò khác.")),
    404: (N_("Không tìm thấy"), N_("Trang hoặc hồ sơ này không có. Kiểm tra lại địa chỉ hoặc mã.")),
    405: (N_("Yêu cầu không hợp lệ"), N_("Trang này không nhận yêu cầu kiểu đó.")),
    409: (N_("Đã có thay đổi"), N_("Người khác vừa xử lý việc này trước. Mở lại để xem hiện trạng.")),
    413: (
        N_("Nội dung quá lớn"),
        N_("Tệp hoặc nội dung gửi lên vượt quá giới hạn 32 MB. Quay lại trang trước, chọn ít tệp hơn rồi gửi lại."),
    ),
    429: (N_("Quá nhiều lần thử"), N_("Bạn đã thử quá nhiều lần. Đợi một lúc rồi thử lại.")),
    500: (N_("Hệ thống gặp lỗi"), N_("Việc vừa làm chưa được lưu. Thử lại; nếu vẫn lỗi, báo quản trị viên.")),
    503: (
        N_("Hệ thống tạm ngừng"),
        N_("Việc vừa làm chưa được lưu. Hệ thống đang tạm ngừng trong ít phút; sau đó thử lại."),
    ),
}
HOME = N_("Về trang đầu")
SEND_AGAIN = N_("Gửi lại")
KEPT = N_("Nội dung đã nhập được giữ ở trang này: đừng đóng trang, đợi rồi bấm “Gửi lại”.")
FILES_LOST = N_("Tệp đính kèm không giữ được; chọn lại tệp sau khi gửi.")

_PAGE = Markup("""\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · 1022</title>
<link rel="stylesheet" href="/static/plain.css">
</head>
<body>
<main>
{sections}{form}<p><a href="/">{home}</a></p>
</main>
</body>
</html>
""")
_SECTION = Markup('<section lang="{language}">\n<h1>{title}</h1>\n<p>{sentence}</p>\n{more}</section>\n')
_FORM = Markup('<form method="post" action="{action}">\n{fields}<button>{label}</button>\n</form>\n')
_FIELD = Markup('<input type="hidden" name="{name}" value="{value}">\n')


def error_sentence(status: int) -> tuple[str, str]:
    """What went wrong and what to do, in Vietnamese; statuses without words of their own get those of their class."""
    return ERROR_SENTENCES.get(status, ERROR_SENTENCES[500 if status >= 500 else 400])


def render_plain_page(
    status: int,
    first: Language = "vi",
    *,
    action: str = "",
    fields: Iterable[tuple[str, str]] = (),
    files: bool = False,
) -> str:
    """The page of a status, in the reader's language first.

    With `fields` it keeps what the visitor typed, and a button that sends it to `action` again; `files` says that the
    request brought files, which no page can keep.
    """
    kept = list(fields)
    languages = sorted(LANGUAGES, key=lambda language: language != first)
    remarks = ([KEPT] if kept else []) + ([FILES_LOST] if kept and files else [])
    form = ""
    if kept:
        hidden = Markup("").join(_FIELD.format(name=name, value=value) for name, value in kept)
        form = _FORM.format(action=action, fields=hidden, label=_in_both(SEND_AGAIN, languages))
    return str(
        _PAGE.format(
            language=first,
            title=translate(error_sentence(status)[0], first),
            sections=Markup("").join(_render_section(status, language, remarks) for language in languages),
            form=form,
            home=_in_both(HOME, languages),
        )
    )


def _render_section(status: int, language: Language, remarks: list[str]) -> Markup:
    title, sentence = (translate(text, language) for text in error_sentence(status))
    more = Markup("").join(Markup("<p>{}</p>\n").format(translate(text, language)) for text in remarks)
    return _SECTION.format(language=language, title=title, sentence=sentence, more=more)


def _in_both(sentence: str, languages: Iterable[Any]) -> str:
    return " · ".join(translate(sentence, language) for language in languages)
