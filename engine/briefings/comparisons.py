"""Figures in words: how a number stands to that of the period before, in Vietnamese. Pure."""

from __future__ import annotations

from engine.documents.official import format_decimal, format_integer, format_percentage

NO_CHANGE, NOTHING = "0", "–"


def cases_in_words(number: int) -> str:
    """1.234 hồ sơ."""
    return f"{format_integer(number)} hồ sơ"


def compare_counts(now: int, before: int, noun: str = "hồ sơ") -> str:
    """Tăng 12 hồ sơ (15,0%) so với kỳ trước."""
    if now == before:
        return "bằng kỳ trước"
    verb, difference = ("tăng" if now > before else "giảm"), abs(now - before)
    share = f" ({format_percentage(difference, before)}%)" if before else ""
    return f"{verb} {format_integer(difference)} {noun}{share} so với kỳ trước"


def compare_shares(now: tuple[int, int], before: tuple[int, int]) -> str:
    """Tăng 3,2 điểm phần trăm so với kỳ trước; "" where one of the two has nothing to take a share of.

    The difference is that of the shares as they are printed, so that a reader who subtracts them finds it.
    """
    if not now[1] or not before[1]:
        return ""
    difference = _printed_share(now) - _printed_share(before)
    if abs(difference) < 0.05:
        return "bằng kỳ trước"
    verb = "tăng" if difference > 0 else "giảm"
    return f"{verb} {format_decimal(abs(difference))} điểm phần trăm so với kỳ trước"


def _printed_share(share: tuple[int, int]) -> float:
    return round(100 * share[0] / share[1], 1)


def signed_count(now: int, before: int) -> str:
    """+34 (+2,8%), as in a column of changes."""
    if now == before:
        return NO_CHANGE
    sign, difference = ("+" if now > before else "-"), abs(now - before)
    share = f" ({sign}{format_percentage(difference, before)}%)" if before else ""
    return f"{sign}{format_integer(difference)}{share}"


def signed_share(now: tuple[int, int], before: tuple[int, int]) -> str:
    """+3,2 điểm, as in a column of changes."""
    if not now[1] or not before[1]:
        return NOTHING
    difference = _printed_share(now) - _printed_share(before)
    if abs(difference) < 0.05:
        return NO_CHANGE
    return f"{'+' if difference > 0 else '-'}{format_decimal(abs(difference))} điểm"


def counted_list(items: tuple[tuple[str, int], ...], most: int) -> str:
    """Hạ tầng, giao thông (25); môi trường (12) and how many others."""
    shown = "; ".join(f"{name} ({format_integer(number)})" for name, number in items[:most])
    rest = sum(number for _name, number in items[most:])
    return f"{shown}; còn lại {format_integer(rest)}" if rest else shown
