"""Where a form may send its visitor afterwards: to paths of this application alone."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

_NOWHERE = urlsplit("")


def safe_target(target: str) -> str:
    """`target` if it is a path of this application, else ""; an open redirect would help phishing."""
    parts = split_address(target)
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc and target.isprintable()
    return target if safe and "\\" not in target else ""


def split_address(address: str) -> SplitResult:
    """The parts of an address that a visitor has sent; all empty for one that is none, such as "http://["."""
    try:
        return urlsplit(address)
    except ValueError:
        return _NOWHERE
