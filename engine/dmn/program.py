"""A compiled model: its decisions and services, asked by name (DMN 1.5, 10.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from engine.dmn.boxes import BoxBuilding, DmnProblem, OtherLanguage, compile_box, function_value
from engine.dmn.elements import DmnDecision, DmnElement, DmnInput, DmnKnowledge, DmnModel, DmnService
from engine.dmn.item_types import ItemType, TypeBook, fit_item
from engine.dmn.tables import compile_table
from engine.feel.expression import FeelAnswer, answer_within
from engine.feel.reasons import FeelReason
from engine.feel.temporal import FeelDateTime
from engine.feel.types import ANY
from engine.feel.values import FeelCode, FeelFunction, FeelParameter, FeelRun, FeelScope, FeelValue

Requirement = tuple[str, str, DmnElement]  # The prefix of the import or nothing, the name, and what it is.
_SERVICE_DEPTH = 30


@dataclass(frozen=True, slots=True)
class CompiledElement:
    """An element with its code, the type of its value, and what it requires."""

    element: DmnElement
    kind: ItemType
    code: FeelCode | None
    requirements: tuple[Requirement, ...]
    parameters: tuple[ItemType, ...] = ()


@dataclass(slots=True)
class DmnCase:
    """One question: the inputs, what has been decided so far, and what every expression may name beside them."""

    program: DmnProgram
    run: FeelRun
    inputs: Mapping[str, FeelValue]
    values: dict[DmnElement, FeelValue] = field(default_factory=dict)
    open: set[DmnElement] = field(default_factory=set)
    around: FeelScope | None = None

    def value_of(self, element: DmnElement) -> FeelValue:
        """The value of an element; what it requires is decided before it, without recursion."""
        waiting = [element]
        while waiting:
            top = waiting[-1]
            needed = [part for part in self.program.requirements_of(top) if part not in self.values]
            if top in self.values or (top in self.open and needed and self._is_circle(top, needed)):
                waiting.pop()
            elif needed:
                self.open.add(top)
                waiting += needed
            else:
                self.values[top] = self.program.decide(self, top)
                waiting.pop()
        return self.values[element]

    def _is_circle(self, top: DmnElement, needed: list[DmnElement]) -> bool:
        if all(part not in self.open for part in needed):
            return False
        self.values[top] = self.run.null_because("dmn-requirements-circle", name=top.name)
        return True


class DmnProgram:
    """A model and those that it imports, compiled once; it keeps nothing of the questions it is asked."""

    def __init__(self, model: DmnModel, other: OtherLanguage | None = None) -> None:
        self.model, self._other = model, other
        self.problems: list[DmnProblem] = []
        self._compiled: dict[DmnElement, CompiledElement] = {}
        self._by_name: dict[str, DmnElement] = {}
        self._outputs: dict[DmnService, list[DmnElement]] = {}
        self._compile_model(model)
        self._note_circle()
        for element in model.elements.values():
            self._by_name.setdefault(element.name, element)

    def names(self) -> list[str]:
        """The names of what can be asked: decisions and decision services."""
        return [name for name, element in self._by_name.items() if isinstance(element, (DmnDecision, DmnService))]

    def input_names(self) -> list[str]:
        """The names of the model's own input data."""
        return [name for name, element in self._by_name.items() if isinstance(element, DmnInput)]

    def ask(self, name: str, inputs: Mapping[str, FeelValue], now: FeelDateTime | None = None) -> FeelAnswer:
        """What a decision or decision service answers; inputs that are missing are null. Never raises."""
        element = self._by_name.get(name)
        if not isinstance(element, (DmnDecision, DmnService)):
            return FeelAnswer(None, (FeelReason("dmn-element-unknown", {"name": name}),))
        run = FeelRun(now)
        case = DmnCase(self, run, inputs)
        return answer_within(run, lambda: self._answer(case, element))

    def ask_element(
        self, decision: DmnDecision, around: Mapping[str, FeelValue], now: FeelDateTime | None = None
    ) -> FeelAnswer:
        """What a decision answers where every expression sees what stands around, whether it is drawn or not."""
        run = FeelRun(now)
        case = DmnCase(self, run, around, around=FeelScope(around, None, run))
        return answer_within(run, lambda: case.value_of(decision))

    def _answer(self, case: DmnCase, element: DmnDecision | DmnService) -> FeelValue:
        if isinstance(element, DmnDecision):
            return case.value_of(element)
        inputs = [case.inputs.get(part.name) for _, part in self._service_inputs(element)]
        return self._call_service(case.run, element, inputs)

    def requirements_of(self, element: DmnElement) -> list[DmnElement]:
        """The decisions and data that have to be known before an element is decided; functions resolve their own."""
        if not isinstance(element, DmnDecision):
            return []
        return [
            part for _, _, part in self._compiled[element].requirements if isinstance(part, (DmnDecision, DmnInput))
        ]

    def decide(self, case: DmnCase, element: DmnElement) -> FeelValue:
        """The value of an element whose requirements are known."""
        compiled = self._compiled[element]
        if isinstance(element, DmnInput):
            return fit_item(case.run, case.inputs.get(element.name), compiled.kind, element.name)
        if isinstance(element, DmnKnowledge):
            return self._knowledge_function(case, compiled, element)
        if isinstance(element, DmnService):
            return self._service_function(element)
        if compiled.code is None:
            return case.run.null_because("dmn-logic-missing", name=element.name)
        value = compiled.code(FeelScope(self._scope_values(case, compiled), case.around, case.run))
        return fit_item(case.run, value, compiled.kind, element.name)

    def _scope_values(self, case: DmnCase, compiled: CompiledElement) -> dict[str, FeelValue]:
        values: dict[str, FeelValue] = {}
        for prefix, name, part in compiled.requirements:
            value = case.value_of(part)
            if prefix:
                inner = values.setdefault(prefix, {})
                assert isinstance(inner, dict)
                inner[name] = value
            else:
                values[name] = value
        return values

    def _knowledge_function(self, case: DmnCase, compiled: CompiledElement, element: DmnKnowledge) -> FeelValue:
        if element.function is None or compiled.code is None:
            return case.run.null_because("dmn-logic-missing", name=element.name)
        code, kind = compiled.code, compiled.kind

        def scope_of(run: FeelRun) -> FeelScope:
            return FeelScope(self._scope_values(case, compiled), case.around, run)

        def body(scope: FeelScope) -> FeelValue:
            return fit_item(scope.run, code(scope), kind, element.name)

        return function_value(element.name, element.function, list(compiled.parameters), scope_of, body)

    def _service_function(self, service: DmnService) -> FeelFunction:
        parts = self._service_inputs(service)
        parameters = tuple(FeelParameter(name, self._compiled[part].kind.shape) for name, part in parts)
        return FeelFunction(
            service.name, parameters, ANY, lambda run, values: self._call_service(run, service, values), _SERVICE_DEPTH
        )

    def _service_inputs(self, service: DmnService) -> list[tuple[str, DmnElement]]:
        """The inputs of a service in the order of its parameters: data first, then decisions (6.3.10)."""
        parts = self._compiled[service].requirements
        data = [(name, part) for _, name, part in parts if isinstance(part, DmnInput)]
        return [*data, *((name, part) for _, name, part in parts if isinstance(part, DmnDecision))]

    def _call_service(self, run: FeelRun, service: DmnService, values: list[FeelValue]) -> FeelValue:
        """The outputs of a service, in a case of its own that knows nothing but the inputs."""
        inputs = list(zip(self._service_inputs(service), values, strict=True))
        case = DmnCase(self, run, {name: given for (name, _), given in inputs})
        for (name, part), given in inputs:
            case.values[part] = fit_item(run, given, self._compiled[part].kind, name)
        outputs = {part.name: case.value_of(part) for part in self._outputs[service]}
        value: FeelValue = next(iter(outputs.values())) if len(outputs) == 1 else outputs
        return fit_item(run, value, self._compiled[service].kind, service.name)

    def _note_circle(self) -> None:
        """Decisions that need each other have no value (DMN 1.5, 6.2.3): of the first circle, a problem."""
        try:
            TopologicalSorter({element: self.requirements_of(element) for element in self._compiled}).prepare()
        except CycleError as error:
            first = error.args[1][0]
            self.problems.append(
                DmnProblem(first.name, "", FeelReason("dmn-requirements-circle", {"name": first.name}))
            )

    def _compile_model(self, model: DmnModel) -> None:
        for other in model.imports.values():
            self._compile_model(other)
        types = TypeBook(model)
        for element in model.elements.values():
            self._compiled[element] = self._compile(model, types, element)
            if isinstance(element, DmnService):
                outputs = [self._resolve(model, element, href) for href in element.outputs]
                self._outputs[element] = [part[2] for part in outputs if part is not None]

    def _compile(self, model: DmnModel, types: TypeBook, element: DmnElement) -> CompiledElement:
        kind = types.find(element.type_ref)
        requirements = tuple(
            part for href in _references(element) for part in [self._resolve(model, element, href)] if part is not None
        )
        building = self._building(element, types, requirements)
        if isinstance(element, DmnDecision):
            code = None if element.logic is None else compile_box(building, element.logic)
            return CompiledElement(element, kind, code, requirements)
        if isinstance(element, DmnKnowledge) and element.function is not None:
            return self._compile_knowledge(building, element, kind, requirements)
        return CompiledElement(element, kind, None, requirements)

    def _compile_knowledge(
        self, building: BoxBuilding, element: DmnKnowledge, kind: ItemType, requirements: tuple[Requirement, ...]
    ) -> CompiledElement:
        function = element.function
        assert function is not None
        if function.kind.upper() != "FEEL":
            code: FeelCode = _external(element.name)
        else:
            code = compile_box(building.within(name for name, _ in function.parameters), function.body)
        parameters = tuple(building.types.find(reference) for _, reference in function.parameters)
        own: Requirement = ("", element.name, element)
        return CompiledElement(element, kind, code, (*requirements, own), parameters)

    def _building(self, element: DmnElement, types: TypeBook, requirements: tuple[Requirement, ...]) -> BoxBuilding:
        names = {prefix or name for prefix, name, _ in requirements} | {name for _, name, _ in requirements}
        return BoxBuilding(
            element.name, frozenset(names | types.entry_names()), types, self.problems, compile_table, self._other
        )

    def _resolve(self, model: DmnModel, element: DmnElement, href: str) -> Requirement | None:
        """What a reference leads to, with the name of the import it comes from."""
        namespace, _, key = href.rpartition("#")
        if namespace in ("", model.namespace) and key in model.elements:
            part = model.elements[key]
            return "", part.name, part
        for prefix, other in model.imports.items():
            if other.namespace == namespace and key in other.elements:
                part = other.elements[key]
                return prefix, part.name, part
        reason = FeelReason("dmn-requirement-unknown", {"name": element.name, "reference": href})
        self.problems.append(DmnProblem(element.name, href, reason))
        return None


def _references(element: DmnElement) -> tuple[str, ...]:
    if isinstance(element, (DmnDecision, DmnKnowledge)):
        return element.requirements
    return (*element.input_data, *element.input_decisions) if isinstance(element, DmnService) else ()


def _external(name: str) -> FeelCode:
    return lambda scope: scope.run.null_because("feel-external-function", name=name)
