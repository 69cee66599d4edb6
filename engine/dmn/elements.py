"""What a DMN file holds (DMN 1.5, chapters 6 to 8): requirements, types and boxed expressions, as they were read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BoxedLiteral:
    """A text of FEEL."""

    text: str
    type_ref: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class BoxedEntry:
    """An entry of a context; without a name, its result."""

    name: str
    type_ref: str
    value: BoxedExpression | None


@dataclass(frozen=True, slots=True)
class BoxedContext:
    """A context (7.3.1)."""

    entries: tuple[BoxedEntry, ...]
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class BoxedInvocation:
    """A call of what `function` gives, with named arguments (7.3.6)."""

    function: BoxedExpression | None
    bindings: tuple[tuple[str, BoxedExpression | None], ...]
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class BoxedFunction:
    """A function (7.3.9); `kind` is FEEL, Java or PMML."""

    parameters: tuple[tuple[str, str], ...]
    body: BoxedExpression | None
    kind: str = "FEEL"
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class BoxedList:
    """A list of expressions (7.3.7)."""

    items: tuple[BoxedExpression, ...]
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class BoxedRelation:
    """Rows of values under the names of columns (7.3.8)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[BoxedExpression, ...], ...]
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class BoxedConditional:
    """if, then, else (7.3.10)."""

    condition: BoxedExpression | None
    then: BoxedExpression | None
    otherwise: BoxedExpression | None
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class BoxedFilter:
    """The items that match (7.3.11)."""

    source: BoxedExpression | None
    match: BoxedExpression | None
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class BoxedIteration:
    """for, some, every over one variable (7.3.12 to 7.3.14)."""

    kind: str
    variable: str
    source: BoxedExpression | None
    body: BoxedExpression | None
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class TableInput:
    """A column that is tested: its expression, the type it has, and the values that it may have."""

    text: str
    type_ref: str
    allowed: str


@dataclass(frozen=True, slots=True)
class TableOutput:
    """A column of results: its name, type, the values in order of priority, and the value when no row matches."""

    name: str
    type_ref: str
    allowed: str
    default: str


@dataclass(frozen=True, slots=True)
class TableRule:
    """A row: the texts of its cells."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoxedTable:
    """A decision table (chapter 8)."""

    inputs: tuple[TableInput, ...]
    outputs: tuple[TableOutput, ...]
    rules: tuple[TableRule, ...]
    hit_policy: str
    aggregation: str
    type_ref: str = ""


BoxedExpression = (
    BoxedLiteral
    | BoxedContext
    | BoxedInvocation
    | BoxedFunction
    | BoxedList
    | BoxedRelation
    | BoxedConditional
    | BoxedFilter
    | BoxedIteration
    | BoxedTable
)


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type that a model names (7.3.3): a base, the entries of a context or a function, and what is allowed of it."""

    name: str
    type_ref: str = ""
    allowed: str = ""
    constraint: str = ""
    is_collection: bool = False
    components: tuple[ItemDefinition, ...] = ()
    parameters: tuple[str, ...] | None = None  # The types of a function's parameters; its result is `type_ref`.


@dataclass(frozen=True, slots=True, eq=False)
class DmnInput:
    """Data that come from outside (6.3.11)."""

    id: str
    name: str
    type_ref: str


@dataclass(frozen=True, slots=True, eq=False)
class DmnDecision:
    """A decision (6.3.7), with references to what it requires."""

    id: str
    name: str
    type_ref: str
    logic: BoxedExpression | None
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DmnKnowledge:
    """A business knowledge model (6.3.9): a function, with references to the knowledge that it requires."""

    id: str
    name: str
    type_ref: str
    function: BoxedFunction | None
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DmnService:
    """A decision service (6.3.10): decisions that are called together, from inputs that are data or decisions."""

    id: str
    name: str
    type_ref: str
    outputs: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]


DmnElement = DmnInput | DmnDecision | DmnKnowledge | DmnService


@dataclass(frozen=True, slots=True, eq=False)
class DmnModel:
    """A file: its elements by their ids, its types, and the models that it imports under a name."""

    namespace: str
    name: str
    elements: dict[str, DmnElement]
    items: tuple[ItemDefinition, ...]
    imports: dict[str, DmnModel] = field(default_factory=dict)
