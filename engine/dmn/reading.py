"""Reads a DMN file of version 1.1 to 1.5 into elements; names of XML namespaces tell the versions apart and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from lxml.etree import XMLSyntaxError, _Element

from engine.dmn.boxed_reading import child, child_text, children, read_expression, read_function
from engine.dmn.elements import (
    DmnDecision,
    DmnElement,
    DmnInput,
    DmnKnowledge,
    DmnModel,
    DmnService,
    ItemDefinition,
)
from engine.dmn.reasons import UnreadableModel
from engine.safe_xml import parse_xml

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
MAX_IMPORTS, MAX_ELEMENTS, MAX_ITEM_DEPTH = 20, 5000, 20
Part = TypeVar("Part")


def read_model(content: bytes, others: Mapping[str, bytes] | None = None) -> DmnModel:
    """The model of a file; `others` has the files that it may import, by their namespaces. Raises UnreadableModel."""
    return _Reader(others or {}).read(content)


def namespace_of(content: bytes) -> str:
    """The namespace that a file gives to its elements. Raises UnreadableModel."""
    return _root(content).get("namespace") or ""


def _root(content: bytes) -> _Element:
    try:
        root = parse_xml(content)
    except XMLSyntaxError as error:
        raise UnreadableModel("dmn-xml-broken", line=error.lineno or 0) from None
    namespace, _, name = root.tag.removeprefix("{").rpartition("}")
    if name != "definitions" or namespace not in NAMESPACES:
        raise UnreadableModel("dmn-unknown-file", tag=root.tag)
    return root


class _Reader:
    """One file and those that it imports."""

    def __init__(self, others: Mapping[str, bytes]) -> None:
        self._others = others
        self._open: list[str] = []
        self._count = 0

    def read(self, content: bytes) -> DmnModel:
        root = _root(content)
        namespace = root.get("namespace") or ""
        elements = [element for part in root for element in [_element(part)] if element is not None]
        if len(elements) > MAX_ELEMENTS:
            raise UnreadableModel("dmn-model-too-large", most=MAX_ELEMENTS)
        items = tuple(_item(part, 1) for part in children(root, "itemDefinition"))
        self._open.append(namespace)
        imports = self._imports(root)
        self._open.pop()
        by_id = {element.id or element.name: element for element in elements}
        return DmnModel(namespace, root.get("name") or "", by_id, items, imports)

    def _imports(self, root: _Element) -> dict[str, DmnModel]:
        imports = {}
        for part in children(root, "import"):
            namespace = part.get("namespace") or ""
            self._count += 1
            if self._count > MAX_IMPORTS or namespace in self._open:
                raise UnreadableModel("dmn-import-circle", namespace=namespace)
            content = self._others.get(namespace)
            if content is not None:
                imports[part.get("name") or ""] = self.read(content)
        return imports


def _element(part: _Element) -> DmnElement | None:
    reader = _ELEMENTS.get(local_name(part))
    return None if reader is None else reader(part)


def local_name(part: _Element) -> str:
    """The name of an element without its namespace; of comments, nothing."""
    return part.tag.rpartition("}")[2] if isinstance(part.tag, str) else ""


def _identity(part: _Element) -> tuple[str, str, str]:
    """Id, name, and the type of the variable that carries the value."""
    variable = child(part, "variable")
    type_ref = "" if variable is None else variable.get("typeRef") or child_text(variable, "typeRef")
    return part.get("id") or "", part.get("name") or "", type_ref


def _input(part: _Element) -> DmnInput:
    return DmnInput(*_identity(part))


def _decision(part: _Element) -> DmnDecision:
    return DmnDecision(*_identity(part), read_expression(part), _requirements(part))


def _knowledge(part: _Element) -> DmnKnowledge:
    logic = child(part, "encapsulatedLogic")
    function = None if logic is None else read_function(logic)
    return DmnKnowledge(*_identity(part), function, _requirements(part))


def _service(part: _Element) -> DmnService:
    outputs, decisions, data = (
        _references(children(part, kind)) for kind in ("outputDecision", "inputDecision", "inputData")
    )
    return DmnService(*_identity(part), outputs, decisions, data)


_ELEMENTS: dict[str, Callable[[_Element], DmnElement]] = {
    "inputData": _input,
    "decision": _decision,
    "businessKnowledgeModel": _knowledge,
    "decisionService": _service,
}


def _requirements(part: _Element) -> tuple[str, ...]:
    kinds = ("informationRequirement", "knowledgeRequirement")
    return _references(target for kind in kinds for requirement in children(part, kind) for target in requirement)


def _references(parts: Iterable[_Element]) -> tuple[str, ...]:
    return tuple(href for part in parts for href in [part.get("href")] if href)


def _item(part: _Element, depth: int) -> ItemDefinition:
    if depth > MAX_ITEM_DEPTH:
        raise UnreadableModel("dmn-types-too-deep", most=MAX_ITEM_DEPTH)
    function = child(part, "functionItem")
    parameters = None
    type_ref = child_text(part, "typeRef")
    if function is not None:
        parameters = tuple(parameter.get("typeRef") or "" for parameter in children(function, "parameters"))
        type_ref = function.get("outputTypeRef") or ""
    return ItemDefinition(
        part.get("name") or "",
        type_ref,
        _nested_text(part, "allowedValues"),
        _nested_text(part, "typeConstraint"),
        part.get("isCollection") == "true",
        tuple(_item(component, depth + 1) for component in children(part, "itemComponent")),
        parameters,
    )


def _nested_text(part: _Element, name: str) -> str:
    inner = child(part, name)
    return "" if inner is None else child_text(inner, "text")
