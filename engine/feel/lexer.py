"""Splits a text into tokens, knowing the names in scope: FEEL's names have blanks, signs and keywords in them.

Where no known name fits, words that stand side by side are one name, since nothing else can be meant by them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from engine.feel.limits import MAX_NESTING, MAX_TEXT
from engine.feel.names import PART, NameIndex, index_of, longer
from engine.feel.reasons import FeelSyntaxError

KEYWORDS = frozenset(
    {"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "function", "external", "or", "and",
     "between", "true", "false", "null", "instance"}
)  # fmt: skip
SYMBOLS = {
    "**": "POWER", "->": "ARROW", "..": "DOTS", "<=": "LE", ">=": "GE", "!=": "NE", "(": "LPAR", ")": "RPAR",
    "[": "LBRACKET", "]": "RBRACKET", "{": "LBRACE", "}": "RBRACE", ",": "COMMA", ":": "COLON", ".": "DOT", "<": "LT",
    ">": "GT", "=": "EQ", "+": "PLUS", "-": "MINUS", "*": "STAR", "/": "SLASH",
}  # fmt: skip
_RAW = re.compile(
    r"(?P<blank>\s+|//[^\n]*|/\*.*?\*/)"
    r'|(?P<string>@?"(?:[^"\\]|\\.)*")'
    r"|(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w]))"
    rf"|(?P<part>\*\*|->|<=|>=|!=|{PART.pattern})",
    re.DOTALL,
)
_OPERAND_ENDS = frozenset(
    {"NUMBER", "STRING", "AT", "NAME", "TRUE", "FALSE", "NULL", "RPAR", "RBRACKET", "RBRACE", "LBRACKET_ENDS"}
)
_OPERAND_STARTS = frozenset(
    {"NUMBER", "STRING", "AT", "NAME", "TRUE", "FALSE", "NULL", "LPAR", "LBRACKET", "LBRACE", "MINUS", "IF", "FOR",
     "SOME", "EVERY", "FUNCTION", "LT", "LE", "GT", "GE", "EQ", "NE"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeelToken:
    """A piece of text: the terminal of the grammar that it is, what stands there, and from where."""

    kind: str
    text: str
    at: int


def tokenize(text: str, names: Iterable[str], *, is_tests: bool = False) -> list[FeelToken]:
    """The tokens of a text that may use `names` and those that it declares itself. Raises FeelSyntaxError."""
    if len(text) > MAX_TEXT:
        raise FeelSyntaxError("feel-text-too-long", most=MAX_TEXT)
    raw = _raw_tokens(text)
    tokens = _with_names(raw, (index_of(frozenset(names)), NameIndex(_declared_names(text, raw))))
    if is_tests:
        _mark_negation(tokens)
    return _with_ranges(tokens)


def _raw_tokens(text: str) -> list[FeelToken]:
    tokens, position = [], 0
    while position < len(text):
        match = _RAW.match(text, position)
        if match is None:  # Only a quotation mark that is never closed fits nothing.
            raise FeelSyntaxError("feel-syntax", at=position + 1, text=text[position : position + 20])
        position = match.end()
        kind = match.lastgroup or ""
        if kind != "blank":
            tokens.append(FeelToken(kind, match[0], match.start()))
    return tokens


def _declared_names(text: str, raw: list[FeelToken]) -> list[str]:
    """What the text itself gives names to: entries of contexts, parameters, variables of loops."""
    names = []
    is_parameters = False
    for index, token in enumerate(raw):
        following = raw[index + 1 : index + 17]
        is_parameters = token.text != ")" and (
            is_parameters or (token.text == "(" and raw[index - 1].text == "function")
        )
        if token.text in ("{", ",", "("):
            names.append(_name_until(text, following, (":", ",", ")") if is_parameters else (":",)))
        if token.text in ("for", "some", "every", ","):
            names.append(_name_until(text, following, ("in",)))
    return [name for name in names if name]


def _name_until(text: str, tokens: list[FeelToken], ends: tuple[str, ...]) -> str:
    """What stands before one of `ends`, when it may be a name of several parts."""
    for count, token in enumerate(tokens):
        if token.text in ends:
            return text[tokens[0].at : token.at] if count > 1 else ""
        if token.kind == "string" or token.text in ("(", ")", "[", "]", "{", "}", ",", ":", "..", "=", "<", ">"):
            return ""
    return ""


NameIndexes = tuple[NameIndex, NameIndex]  # Of the names in scope, and of those that the text declares.


def _longest_at(known: NameIndexes, texts: list[str], start: int) -> tuple[str, int] | None:
    return longer(*(index.longest_at(texts, start) for index in known))


def _with_names(raw: list[FeelToken], known: NameIndexes) -> list[FeelToken]:
    texts = [token.text for token in raw]
    tokens: list[FeelToken] = []
    index = 0
    while index < len(raw):
        token = raw[index]
        match = _longest_at(known, texts, index) if token.kind == "part" else None
        is_known = match is not None and (match[1] > 1 or match[0] not in KEYWORDS)
        if match is not None and is_known and not _is_cut(raw, index + match[1]):
            tokens.append(FeelToken("NAME", match[0], token.at))
            index += match[1]
        elif token.kind == "part" and _is_word(token.text):
            taken = _words_from(raw, index, known, texts)
            tokens.append(_word_token(token, texts[index : index + taken], raw[index + 1 : index + 2]))
            index += 2 if tokens[-1].kind == "INSTANCE" else taken
        else:
            tokens.append(_plain_token(token))
            index += 1
    return tokens


def _is_cut(raw: list[FeelToken], end: int) -> bool:
    """Whether a word follows, which makes a name end too early."""
    last, following = raw[end - 1], raw[end : end + 1]
    return _is_word(last.text) and bool(following) and following[0].text not in KEYWORDS and _continues(following[0])


def _words_from(raw: list[FeelToken], start: int, known: NameIndexes, texts: list[str]) -> int:
    """How many words from `start` on are one name; a keyword stands alone."""
    if raw[start].text in KEYWORDS:
        return 1
    end = start + 1
    while end < len(raw) and raw[end].text not in KEYWORDS and _continues(raw[end]):
        following = None if raw[end].text[0].isdigit() else _longest_at(known, texts, end)
        if following is not None and following[1] > 1:
            break
        end += 1
    return end - start


def _continues(token: FeelToken) -> bool:
    return (token.kind == "part" and _is_word(token.text)) or (token.kind == "number" and token.text.isdecimal())


def _word_token(token: FeelToken, words: list[str], following: list[FeelToken]) -> FeelToken:
    if token.text == "instance" and following and following[0].text == "of":
        return FeelToken("INSTANCE", "instance of", token.at)
    if token.text in KEYWORDS and token.text != "instance":
        return FeelToken(token.text.upper(), token.text, token.at)
    return FeelToken("NAME", " ".join(words), token.at)


def _plain_token(token: FeelToken) -> FeelToken:
    if token.kind == "string":
        return FeelToken("AT" if token.text[0] == "@" else "STRING", token.text, token.at)
    if token.kind == "number":
        return FeelToken("NUMBER", token.text, token.at)
    if token.text not in SYMBOLS:
        raise FeelSyntaxError("feel-syntax", at=token.at + 1, text=token.text)
    return FeelToken(SYMBOLS[token.text], token.text, token.at)


def _is_word(text: str) -> bool:
    return text[0] == "?" or text[0] == "_" or text[0].isalpha() or ord(text[0]) > 0xFFFF


def _mark_negation(tokens: list[FeelToken]) -> None:
    """Make `not(` negate the tests of a cell when its bracket closes at the end; elsewhere it calls the function."""
    if len(tokens) < 3 or tokens[0].text != "not" or tokens[1].kind != "LPAR":
        return
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.kind in ("LPAR", "LBRACKET", "LBRACE")) - (token.kind in ("RPAR", "RBRACKET", "RBRACE"))
        if index and depth == 0:
            if index == len(tokens) - 1:
                tokens[0] = replace(tokens[0], kind="NOT")
            return


def _with_ranges(tokens: list[FeelToken]) -> list[FeelToken]:
    """Tell the brackets that open and close ranges outwards from those of lists and filters: `]1..5[`."""
    opened: list[bool] = []  # For each bracket that is open, whether two dots have been met in it.
    closing: Callable[[int], bool] = lambda index: bool(opened and opened[-1]) and _ends_range(tokens, index)  # noqa: E731
    for index, token in enumerate(tokens):
        is_after_operand = index > 0 and tokens[index - 1].kind in _OPERAND_ENDS
        if token.kind == "RBRACKET" and not is_after_operand and not _is_empty_list(tokens, index):
            tokens[index] = replace(token, kind="RBRACKET_OPENS")
            opened.append(False)
        elif token.kind == "LBRACKET" and is_after_operand and closing(index):
            tokens[index] = replace(token, kind="LBRACKET_ENDS")
            opened.pop()
        elif token.kind in ("LPAR", "LBRACKET", "LBRACE"):
            opened.append(False)
        elif token.kind in ("RPAR", "RBRACKET", "RBRACE") and opened:
            opened.pop()
        elif token.kind == "DOTS" and opened:
            opened[-1] = True
        if len(opened) > MAX_NESTING:
            raise FeelSyntaxError("feel-nesting-too-deep", most=MAX_NESTING)
    return tokens


def _is_empty_list(tokens: list[FeelToken], index: int) -> bool:
    return index > 0 and tokens[index - 1].kind == "LBRACKET"


def _ends_range(tokens: list[FeelToken], index: int) -> bool:
    """Whether a bracket after the second end of a range closes it; before an operand it begins a filter."""
    return index + 1 == len(tokens) or tokens[index + 1].kind not in _OPERAND_STARTS
