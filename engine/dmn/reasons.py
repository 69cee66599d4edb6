"""What may be wrong with a model or a decision, besides what may be wrong with an expression of FEEL."""

from __future__ import annotations

from engine.feel.reasons import SENTENCES, FeelReason

SENTENCES.update(
    {
        "xml-broken": "The file is no XML: {problem} (line {line}).",
        "dmn-unknown": "The file is no DMN 1.1 to 1.5; it begins with {tag}.",
        "model-too-large": "The model has more than {most} elements.",
        "types-too-deep": "Types are nested more than {most} levels deep.",
        "boxes-too-deep": "Expressions are nested more than {most} levels deep.",
        "table-too-large": "A table has more than {rows} rows or {columns} columns.",
        "import-circle": "The import of {namespace} is one too many, or leads back to the model.",
        "element-unknown": "There is nothing called {name} that can be decided.",
        "requirement-unknown": "{name} requires {reference}, which is not there.",
        "requirements-circle": "{name} requires itself.",
        "logic-missing": "{name} has no logic.",
        "language-unknown": "{language} is not FEEL.",
        "no-rule": "No row of the table matches.",
        "rules-many": "Several rows match, where one may: {rows}.",
        "rules-differ": "Rows {rows} match and do not say the same.",
        "hit-policy-unknown": "There is no hit policy {policy}.",
        "input-not-allowed": "The input {name} is {value}, which the table does not provide for.",
        "output-not-listed": "The output {value} has no place in the order of priorities.",
        "rows-overlap": "Rows {earlier} and {row} both match {example}.",
        "rows-contradict": "Rows {earlier} and {row} both match {example} and do not say the same.",
        "rows-undecided": "Whether rows {earlier} and {row} can match the same is not decided.",
        "row-unreachable": "Row {row} is never asked: rows before it match whatever it matches.",
        "row-empty": "Row {row} matches nothing at all.",
        "table-gap": "No row matches {example}.",
        "table-undecided": "Whether every input has a row is not decided.",
    }
)


class UnreadableModel(Exception):
    """A file that is no model; `reason` says why."""

    def __init__(self, rule: str, **facts: object) -> None:
        super().__init__(rule)
        self.reason = FeelReason(rule, facts)
