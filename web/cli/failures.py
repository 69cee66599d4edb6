"""Words an error that ends a command, even without a mistake by the user, as one sentence in the reader's language."""

from __future__ import annotations

import errno

from sqlalchemy.exc import DBAPIError

from engine.errors import EngineError
from engine.translation.catalogue import N_, Language, translate
from engine.translation.wording import say

# The most common system errors for files and ports; the English translations are the system's own messages.
REASONS = {
    errno.ENOENT: N_("không có tệp hoặc thư mục này"),
    errno.EACCES: N_("không có quyền truy cập"),
    errno.EPERM: N_("hệ thống không cho phép thao tác này"),
    errno.EEXIST: N_("đã có tệp này rồi"),
    errno.EISDIR: N_("đây là một thư mục"),
    errno.ENOTDIR: N_("đây không phải là một thư mục"),
    errno.ENOSPC: N_("thiết bị lưu trữ đã hết chỗ"),
    errno.EROFS: N_("hệ thống tệp chỉ cho đọc"),
    errno.ENAMETOOLONG: N_("tên tệp quá dài"),
    errno.EADDRINUSE: N_("địa chỉ này đang có chương trình khác dùng"),
    errno.EADDRNOTAVAIL: N_("máy này không có địa chỉ được yêu cầu"),
    errno.ECONNREFUSED: N_("kết nối bị từ chối"),
}


def failure_sentence(error: EngineError | DBAPIError | OSError, language: Language) -> str:
    """The sentence that a command ends with."""
    match error:
        case EngineError():
            return say(error, language)
        case DBAPIError():
            sentence = N_("Cơ sở dữ liệu từ chối: {reason}. Đã chạy tongdai migrate cho cơ sở dữ liệu này chưa?")
            return translate(sentence, language).format(reason=_database_reason(error, language))
        case _:
            file = error.filename or translate(N_("Một tệp"), language)
            return f"{file}: {system_reason(error, language)}."


def _database_reason(error: DBAPIError, language: Language) -> str:
    """The database's own message, in its own language."""
    return str(error.orig).splitlines()[0] if error.orig else translate(N_("chưa rõ lý do"), language)


def system_reason(error: OSError, language: Language) -> str:
    """The reason the system gives, without a full stop."""
    known = REASONS.get(error.errno or 0)
    return translate(known, language) if known else error.strerror or str(error)
