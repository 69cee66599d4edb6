"""Small DMN models in text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from engine.dmn.program import DmnProgram
from engine.dmn.reading import read_model

DMN_1_5 = "https://www.omg.org/spec/DMN/20230324/MODEL/"
NAMESPACE = "http://example.org/model"


def model(*parts: str, version: str = DMN_1_5, namespace: str = NAMESPACE) -> bytes:
    """A file with these parts."""
    return f'<definitions xmlns="{version}" namespace="{namespace}" name="m">{"".join(parts)}</definitions>'.encode()


def program(*parts: str) -> DmnProgram:
    """The compiled model of these parts."""
    return DmnProgram(read_model(model(*parts)))


def data(name: str, type_ref: str = "Any") -> str:
    """Input data."""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{type_ref}"/></inputData>'


def decision(name: str, logic: str, *, needs: Iterable[str] = (), knows: Iterable[str] = (), type_ref: str = "") -> str:
    """A decision that requires data or decisions, and functions."""
    required = "".join(
        f'<informationRequirement><requiredDecision href="#{need}"/></informationRequirement>' for need in needs
    )
    required += "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{know}"/></knowledgeRequirement>' for know in knows
    )
    variable = f'<variable name="{name}" typeRef="{type_ref}"/>'
    return f'<decision id="{name}" name="{name}">{variable}{required}{logic}</decision>'


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(
    inputs: Sequence[str], rules: Sequence[Sequence[str]], *, policy: str = "UNIQUE", outputs: str = "<output/>"
) -> str:
    """A decision table; of each rule, the cells of the inputs and then those of the outputs."""
    hit, _, aggregation = policy.partition("+")
    attributes = f'hitPolicy="{hit}"' + (f' aggregation="{aggregation}"' if aggregation else "")
    columns = "".join(
        f"<input><inputExpression><text>{escape(text)}</text></inputExpression></input>" for text in inputs
    )
    rows = "".join(f"<rule>{_cells(rule, len(inputs))}</rule>" for rule in rules)
    return f"<decisionTable {attributes}>{columns}{outputs}{rows}</decisionTable>"


def _cells(rule: Sequence[str], inputs: int) -> str:
    kinds = ["inputEntry"] * inputs + ["outputEntry"] * (len(rule) - inputs)
    return "".join(f"<{kind}><text>{escape(text)}</text></{kind}>" for kind, text in zip(kinds, rule, strict=True))
