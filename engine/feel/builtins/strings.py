"""String functions (DMN 1.5, 10.3.4.3, table 73); characters are those of Unicode, patterns those of XPath."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.builtins.registry import BuiltinFamily
from engine.feel.pattern_parser import PatternError
from engine.feel.patterns import Pattern, compile_pattern
from engine.feel.value_text import value_text
from engine.feel.values import FeelRun, FeelValue

STRINGS = BuiltinFamily()


@STRINGS.add("substring", "string: string, start position: number, length: number?")
def _substring(run: FeelRun, text: str, start: Decimal, length: Decimal | None) -> FeelValue:
    position = int(start) if abs(start) <= len(text) else 0
    if position == 0:
        return run.null_because("feel-argument-value", name="substring", parameter="start position", value=start)
    if length is not None and length < 1:
        return run.null_because("feel-argument-value", name="substring", parameter="length", value=length)
    first = position - 1 if position > 0 else len(text) + position
    return text[first:] if length is None or length > len(text) else text[first : first + int(length)]


@STRINGS.add("string length", "string: string")
def _string_length(_: FeelRun, text: str) -> FeelValue:
    return Decimal(len(text))


@STRINGS.add("upper case", "string: string")
def _upper_case(_: FeelRun, text: str) -> FeelValue:
    return text.upper()


@STRINGS.add("lower case", "string: string")
def _lower_case(_: FeelRun, text: str) -> FeelValue:
    return text.lower()


@STRINGS.add("substring before", "string: string, match: string")
def _substring_before(_: FeelRun, text: str, match: str) -> FeelValue:
    before, middle, _rest = text.partition(match) if match else ("", "", "")
    return before if middle else ""


@STRINGS.add("substring after", "string: string, match: string")
def _substring_after(_: FeelRun, text: str, match: str) -> FeelValue:
    return text.partition(match)[2] if match else text


@STRINGS.add("contains", "string: string, match: string")
def _contains(_: FeelRun, text: str, match: str) -> FeelValue:
    return match in text


@STRINGS.add("starts with", "string: string, match: string")
def _starts_with(_: FeelRun, text: str, match: str) -> FeelValue:
    return text.startswith(match)


@STRINGS.add("ends with", "string: string, match: string")
def _ends_with(_: FeelRun, text: str, match: str) -> FeelValue:
    return text.endswith(match)


@STRINGS.add("string join", "list: list, delimiter: string?")
def _string_join(run: FeelRun, texts: list[FeelValue], delimiter: str | None) -> FeelValue:
    parts: list[str] = []
    for text in texts:
        if isinstance(text, str):
            parts.append(text)
        elif text is not None:
            return run.null_because("feel-argument-value", name="string join", parameter="list", value=value_text(text))
    run.spend(sum(map(len, parts)) // 16)
    return (delimiter or "").join(parts)


def _pattern(run: FeelRun, source: str, flags: str | None) -> Pattern | None:
    try:
        return compile_pattern(source, flags or "")
    except PatternError as error:
        return run.null_because("feel-pattern-invalid", pattern=source, problem=error.reason)


@STRINGS.add("matches", "input: string, pattern: string, flags: string?")
def _matches(run: FeelRun, text: str, source: str, flags: str | None) -> FeelValue:
    pattern = _pattern(run, source, flags)
    return None if pattern is None else pattern.search(run, text) is not None


@STRINGS.add("replace", "input: string, pattern: string, replacement: string, flags: string?")
def _replace(run: FeelRun, text: str, source: str, replacement: str, flags: str | None) -> FeelValue:
    pattern = _pattern(run, source, flags)
    if pattern is None:
        return None
    try:
        return pattern.replace(run, text, replacement)
    except PatternError as error:
        return run.null_because("feel-pattern-invalid", pattern=source, problem=error.reason)


@STRINGS.add("split", "string: string, delimiter: string")
def _split(run: FeelRun, text: str, delimiter: str) -> FeelValue:
    pattern = _pattern(run, delimiter, "")
    return None if pattern is None else list(pattern.split(run, text))
