"""Why an expression cannot be read, or why it is null: a rule with facts, and the English sentence of each rule."""

from __future__ import annotations

from dataclasses import dataclass, field

SENTENCES = {
    "syntax": "At character {at} stands {text}, which cannot stand there.",
    "syntax-end": "The expression ends too early.",
    "syntax-mixed": "A call names all of its arguments or none.",
    "text-too-long": "The expression is longer than {most} characters.",
    "nesting-too-deep": "Brackets are nested more than {most} deep.",
    "expression-too-deep": "The expression is nested more than {most} levels deep.",
    "too-many-steps": "The evaluation takes more than {most} steps.",
    "too-large": "A list or text grows beyond {most} items or characters.",
    "recursion-too-deep": "Functions call one another more than {most} levels deep.",
    "name-unknown": "There is nothing called {name} here.",
    "property-unknown": "A value of type {type} has no property {name}.",
    "function-unknown": "There is no function {name}.",
    "function-expected": "A value of type {type} cannot be called.",
    "argument-count": "{name} does not take {count} arguments.",
    "argument-name": "{name} has no parameter {parameter}, or it is given twice.",
    "argument-type": "{name} needs a {expected} for {parameter}, not a {type}.",
    "argument-value": "{name} cannot work with {parameter} = {value}.",
    "operand-types": "{operator} does not go with {left} and {right}.",
    "not-boolean": "A condition is a {type}, not true or false.",
    "division-by-zero": "Nothing is divided by zero.",
    "number-out-of-range": "A result is too large for a number of 34 digits.",
    "date-out-of-range": "A result lies outside the years that dates have.",
    "not-a-list": "A {type} cannot be gone through.",
    "index-out-of-range": "There is no item {index} in a list of {count}.",
    "index-not-whole": "The position {index} is no whole number.",
    "literal-invalid": "{text} is no {type}.",
    "range-invalid": "A range does not go from {left} to {right}.",
    "key-twice": "The entry {name} stands twice in a context.",
    "external": "Functions of other programs are not called: {name}.",
    "clock-missing": "{name} is not available here: no time was given.",
    "pattern-invalid": "{pattern} is no regular expression: {problem}.",
    "value-not-allowed": "{value} is not among what {name} allows.",
    "type-mismatch": "{name} is a {type}, not a {expected}.",
    "type-unknown": "There is no type {name}.",
}


@dataclass(frozen=True, slots=True)
class FeelReason:
    """One rule that was broken, with its facts."""

    rule: str
    facts: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """The reason as an English sentence."""
        return SENTENCES.get(self.rule, self.rule).format_map(self.facts)


class FeelSyntaxError(Exception):
    """A text that is no FEEL; `reason` says where."""

    def __init__(self, rule: str, **facts: object) -> None:
        super().__init__(rule)
        self.reason = FeelReason(rule, facts)
