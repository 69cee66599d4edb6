"""The lexical rules of JUEL (`${…}`): tokens, operators, escapes and reserved words."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

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


_ORDER: dict[str, OperatorClass] = {"<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}
_ORDER_WORDS: dict[str, OperatorClass] = {"lt": ast.Lt, "le": ast.LtE, "gt": ast.Gt, "ge": ast.GtE}
_ESCAPES = {"\\": "\\", '"': '"', "'": "'"}
BINARY: Mapping[str, tuple[int, OperatorClass]] = {
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
}
"""The operators of JUEL with their precedence."""
UNARY: Mapping[str, type[ast.unaryop]] = {"-": ast.USub, "!": ast.Not, "not": ast.Not}
# Variables that other engines set automatically and ours does not.
ENGINE_VARIABLES = frozenset(
    {
        *("execution", "task", "authenticatedUserId", "loopCounter"),
        *("nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"),
    }
)
LITERAL_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}


def tokenize_expression(text: str) -> list[str]:
    """Split a foreign expression, without its delimiters, into tokens; raises OutsideGrammar."""
    text = text.strip()
    if len(text) > MAX_CHARS:
        raise OutsideGrammar(f"{text[:20]}…")
    inner = text[2:-1]
    tokens: list[str] = []
    position = 0
    while position < len(inner):
        match = _TOKEN.match(inner, position)
        if match is None or len(tokens) > MAX_TOKENS:
            raise OutsideGrammar(inner[position : position + 20])
        if match.lastgroup != "space":
            tokens.append(match.group())
        position = match.end()
    return tokens


def unescape_text(token: str) -> str:
    """The content of a string literal; raises OutsideGrammar."""
    pieces = re.split(r"\\(.)", token[1:-1], flags=re.DOTALL)
    if not set(pieces[1::2]) <= _ESCAPES.keys():
        raise OutsideGrammar(token)
    return "".join(_ESCAPES[piece] if index % 2 else piece for index, piece in enumerate(pieces))
