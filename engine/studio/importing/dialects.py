"""The lexical rules of JUEL (`${…}`) and FEEL (`=…`): tokens, operators, escapes and reserved words."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import ScriptError

MAX_CHARS = 2_000
MAX_TOKENS = 200

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>"(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*')
      | (?P<number>[0-9]+(?:\.[0-9]+)? | \.[0-9]+)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign>&&|\|\||[=!<>]=|\.\.|\*\*|[-+*/%=<>!?:.,()\[\]])""",
    re.VERBOSE | re.DOTALL,
)
OperatorClass = type[ast.boolop] | type[ast.cmpop] | type[ast.operator]


class OutsideGrammar(Exception):
    """The text is outside the grammar; `detail` is the offending piece, or why our language rejects the result."""

    def __init__(self, detail: str | ScriptError) -> None:
        self.detail = detail
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Dialect:
    """A dialect's operators with their precedence, its string escapes, and whether it is FEEL."""

    binary: Mapping[str, tuple[int, OperatorClass]]
    unary: Mapping[str, type[ast.unaryop]]
    escapes: Mapping[str, str]
    is_feel: bool


_ORDER: dict[str, OperatorClass] = {"<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}
_ORDER_WORDS: dict[str, OperatorClass] = {"lt": ast.Lt, "le": ast.LtE, "gt": ast.Gt, "ge": ast.GtE}
_QUOTES = {"\\": "\\", '"': '"', "'": "'"}
JUEL = Dialect(
    {
        **dict.fromkeys(("||", "or"), (1, ast.Or)),
        **dict.fromkeys(("&&", "and"), (2, ast.And)),
        **dict.fromkeys(("==", "eq"), (3, ast.Eq)),
        **dict.fromkeys(("!=", "ne"), (3, ast.NotEq)),
        **{sign: (4, kind) for sign, kind in (_ORDER | _ORDER_WORDS).items()},
        "+": (5, ast.Add),
        "-": (5, ast.Sub),
        "*": (6, ast.Mult),
        **dict.fromkeys(("/", "div"), (6, ast.Div)),
        **dict.fromkeys(("%", "mod"), (6, ast.Mod)),
    },
    {"-": ast.USub, "!": ast.Not, "not": ast.Not},
    _QUOTES,
    is_feel=False,
)
FEEL = Dialect(
    {
        "or": (1, ast.Or),
        "and": (2, ast.And),
        "=": (3, ast.Eq),
        "!=": (3, ast.NotEq),
        **{sign: (3, kind) for sign, kind in _ORDER.items()},
        "+": (4, ast.Add),
        "-": (4, ast.Sub),
        "*": (5, ast.Mult),
        "/": (5, ast.Div),
    },
    {"-": ast.USub},
    {**_QUOTES, "n": "\n", "t": "\t"},
    is_feel=True,
)
COMPARISON_LEVEL = 3
# Variables that other engines set automatically and ours does not.
ENGINE_VARIABLES = frozenset(
    {
        *("execution", "task", "authenticatedUserId", "loopCounter"),
        *("nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"),
    }
)
LITERAL_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}


def tokenize_expression(text: str) -> tuple[list[str], Dialect]:
    """Split a foreign expression, without its delimiters, into tokens, with its dialect; raises OutsideGrammar."""
    text = text.strip()
    if len(text) > MAX_CHARS:
        raise OutsideGrammar(f"{text[:20]}…")
    inner, dialect = (text[1:], FEEL) if text.startswith("=") else (text[2:-1], JUEL)
    tokens: list[str] = []
    position = 0
    while position < len(inner):
        match = _TOKEN.match(inner, position)
        if match is None or len(tokens) > MAX_TOKENS:
            raise OutsideGrammar(inner[position : position + 20])
        if match.lastgroup != "space":
            tokens.append(match.group())
        position = match.end()
    return tokens, dialect


def unescape_text(token: str, dialect: Dialect) -> str:
    """The content of a string literal; raises OutsideGrammar."""
    pieces = re.split(r"\\(.)", token[1:-1], flags=re.DOTALL)
    if not set(pieces[1::2]) <= dialect.escapes.keys():
        raise OutsideGrammar(token)
    return "".join(dialect.escapes[piece] if index % 2 else piece for index, piece in enumerate(pieces))
