"""Why an expression cannot be read, or why it is null: a rule with facts, and the English sentence of each rule."""

from __future__ import annotations

from dataclasses import dataclass, field

SENTENCES = {
    "feel-syntax": "At character {at} stands {text}, which cannot stand there.",
    "feel-syntax-end": "The expression ends too early.",
    "feel-syntax-mixed": "A call names all of its arguments or none.",
    "feel-text-too-long": "The expression is longer than {most} characters.",
    "feel-nesting-too-deep": "Brackets are nested more than {most} deep.",
    "feel-expression-too-deep": "The expression is nested more than {most} levels deep.",
    "feel-too-many-steps": "The evaluation takes more than {most} steps.",
    "feel-too-large": "A list or text grows beyond {most} items or characters.",
    "feel-recursion-too-deep": "Functions call one another more than {most} levels deep.",
    "feel-name-unknown": "There is nothing called {name} here.",
    "feel-property-unknown": "A value of type {type} has no property {name}.",
    "feel-function-unknown": "There is no function {name}.",
    "feel-function-expected": "A value of type {type} cannot be called.",
    "feel-argument-count": "{name} does not take {count} arguments.",
    "feel-argument-name": "{name} has no parameter {parameter}, or it is given twice.",
    "feel-argument-type": "{name} needs a {expected} for {parameter}, not a {type}.",
    "feel-argument-types": "{name} does not take {types}.",
    "feel-argument-value": "{name} cannot work with {parameter} = {value}.",
    "feel-operand-types": "{operator} does not go with {left} and {right}.",
    "feel-not-boolean": "A condition is a {type}, not true or false.",
    "feel-division-by-zero": "Nothing is divided by zero.",
    "feel-number-out-of-range": "A result is too large for a number of 34 digits.",
    "feel-date-out-of-range": "A result lies outside the years that dates have.",
    "feel-not-a-list": "A {type} cannot be gone through.",
    "feel-index-out-of-range": "There is no item {index} in a list of {count}.",
    "feel-index-not-whole": "The position {index} is no whole number.",
    "feel-literal-invalid": "{text} is no {type}.",
    "feel-range-invalid": "A range does not go from {left} to {right}.",
    "feel-key-twice": "The entry {name} stands twice in a context.",
    "feel-external-function": "Functions of other programs are not called: {name}.",
    "feel-clock-missing": "{name} is not available here: no time was given.",
    "feel-pattern-invalid": "{pattern} is no regular expression that can be used: {problem}",
    "feel-pattern-bracket": "a bracket is missing, or one too many.",
    "feel-pattern-empty": "it matches the empty text.",
    "feel-pattern-end": "it ends too early.",
    "feel-pattern-flags": "there are no flags {flags}.",
    "feel-pattern-long": "it is too long.",
    "feel-pattern-misplaced": "{sign} stands where it means nothing.",
    "feel-pattern-property": "a property of characters is not known.",
    "feel-pattern-range": "a range of characters ends before its beginning.",
    "feel-pattern-reference": "there is no group {number} before this place.",
    "feel-pattern-repetition": "a repetition is malformed.",
    "feel-value-not-allowed": "{value} is not among what {name} allows.",
    "feel-type-mismatch": "{name} is a {type}, not a {expected}.",
    "feel-type-unknown": "There is no type {name}.",
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
