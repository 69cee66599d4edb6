"""What may be wrong with a model or a decision, besides what may be wrong with an expression of FEEL."""

from __future__ import annotations

from engine.feel.reasons import SENTENCES, FeelReason

SENTENCES.update(
    {
        "dmn-xml-broken": "The file is no well-formed XML (line {line}).",
        "dmn-unknown-file": "The file is no DMN 1.1 to 1.5; it begins with {tag}.",
        "dmn-model-too-large": "The model has more than {most} elements.",
        "dmn-types-too-deep": "Types are nested more than {most} levels deep.",
        "dmn-boxes-too-deep": "Expressions are nested more than {most} levels deep.",
        "dmn-table-too-large": "A table has more than {rows} rows, {columns} columns or {cells} cells.",
        "dmn-import-circle": "The import of {namespace} is one too many, or leads back to the model.",
        "dmn-element-unknown": "There is nothing called {name} that can be decided.",
        "dmn-requirement-unknown": "{name} requires {reference}, which is not there.",
        "dmn-requirements-circle": "{name} requires itself.",
        "dmn-logic-missing": "{name} has no logic.",
        "dmn-language-unknown": "{language} is not FEEL.",
        "dmn-no-rule": "No row of the table matches.",
        "dmn-rules-many": "Several rows match, where one may: {rows}.",
        "dmn-rules-differ": "Rows {rows} match and do not say the same.",
        "dmn-hit-policy-unknown": "There is no hit policy {policy}.",
        "dmn-input-not-allowed": "The input {name} is {value}, which the table does not provide for.",
        "dmn-output-not-listed": "The output {value} has no place in the order of priorities.",
        "dmn-rows-overlap": "Rows {earlier} and {row} both match {example}.",
        "dmn-rows-contradict": "Rows {earlier} and {row} both match {example} and do not say the same.",
        "dmn-rows-undecided": "Whether rows {earlier} and {row} can match the same is not decided.",
        "dmn-row-unreachable": "Row {row} is never asked: rows before it match whatever it matches.",
        "dmn-rows-unasked-undecided": "Whether rows from {row} on are ever asked is not decided.",
        "dmn-row-empty": "Row {row} matches nothing at all.",
        "dmn-table-gap": "No row matches {example}.",
        "dmn-table-undecided": "Whether every input has a row is not decided.",
    }
)


class UnreadableModel(Exception):
    """A file that is no model; `reason` says why."""

    def __init__(self, rule: str, **facts: object) -> None:
        super().__init__(rule)
        self.reason = FeelReason(rule, facts)
