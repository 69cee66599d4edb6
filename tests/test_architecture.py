"""The project's own rules, checked on its source: who may import whom, where time and commits come from, sizes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.kit.source_code import Module, aliases, dotted, modules
from tests.layers import BLIND, LEVELS
from tests.paths import ROOT

PACKAGES = ("engine", "forms", "web")
LIBRARY_OF_BPMN = "SpiffWorkflow"

# What would make a step depend on more than its arguments, and who may name it all the same.
AMBIENT: dict[str, tuple[str, ...]] = {
    "datetime.datetime.now": ("engine.clock",),
    "datetime.datetime.utcnow": (),
    "datetime.datetime.today": (),
    "datetime.date.today": (),
    "time.": (),
    "time.perf_counter": ("engine.benchmark.", "engine.replay.case_replay", "web.benchmark."),
    "time.process_time": ("engine.benchmark.",),
    "uuid.uuid1": (),
    "uuid.uuid4": (),
    "random.": (),
    "random.Random": ("engine.", "web."),  # It is given its seed.
}
COMMITTING = {"commit", "begin"}
# The boundary, and the raw driver that the benchmark compares with.
COMMITS = ("engine.store.db", "engine.benchmark.floor")
DATABASES = ("sqlalchemy", "psycopg", "sqlite3", "engine.store.db")

XML_PARSERS = {f"lxml.etree.{name}" for name in ("XMLParser", "fromstring", "parse", "iterparse", "XML", "HTML")}
# Errors that are not ours have nothing but a text.
FOREIGN_ERRORS = {"CatalogueMissing", "HTTPException", "ImportError", "OSError", "ValueError"}
PARTICIPLES = {"found", "wanted", "said", "told"}
LONGEST_MODULE, LONGEST_FUNCTION, MOST_PARAMETERS = 400, 40, 6
WIDEST_LINE = 120


def covers(entry: str, name: str) -> bool:
    """Whether an entry of a table means the module `name`."""
    return name.startswith(entry) if entry.endswith(".") else name == entry


def within(package: str, name: str) -> bool:
    """Whether `name` is the package or something in it."""
    return name == package or name.startswith(f"{package}.")


def package_of(name: str) -> str:
    """The package that the module `name` counts to, as the table LEVELS names it."""
    top, _, rest = name.partition(".")
    return f"{top}.{rest.partition('.')[0]}" if top in ("engine", "web") and rest else top


@cache
def levels() -> dict[str, int]:
    """How high each package stands."""
    return {package: level for level, packages in enumerate(LEVELS) for package in packages}


@cache
def our_names() -> frozenset[str]:
    return frozenset(module.name for module in modules(*PACKAGES))


def imports(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Each import statement of `module` with the dotted name it reaches: a module of ours as exactly as possible."""
    for node in module.import_nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        else:
            assert node.level == 0, f"{module.at(node)}: relative imports hide what is imported"
            assert node.module is not None
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                yield node, deeper if deeper in our_names() else node.module


def require(check: Callable[[Module], Iterator[str]], *folders: str) -> None:
    """Fail with everything that `check` has to say of the modules in `folders`."""
    complaints = [complaint for module in modules(*folders) for complaint in check(module)]
    assert not complaints, "\n" + "\n".join(complaints)


def test_every_package_has_a_level() -> None:
    packages = {package_of(name) for name in our_names()} - {"engine", "web"}
    assert sorted(packages - set(levels())) == [], "Give it a level in tests/layers.py."
    assert sorted(set(levels()) - packages) == [], "Take it out of the table LEVELS in tests/layers.py."


def upward(module: Module) -> Iterator[str]:
    """Imports of a package that stands beside the module's own or above it."""
    own = package_of(module.name)
    for node, target in imports(module):
        other = package_of(target) if target in our_names() else own
        if other != own and levels().get(other, 0) >= levels().get(own, 0):
            yield f"{module.at(node)}: {module.name} imports {target}, but {own} does not stand above {other}"


def test_imports_point_down_the_levels() -> None:
    require(upward, *PACKAGES)


def blind(module: Module) -> Iterator[str]:
    """Imports of what the module's package may not see."""
    hidden = [entry for who, what in BLIND.items() if within(who, module.name) for entry in what]
    for node, target in imports(module):
        if any(within(entry, target) for entry in hidden):
            yield f"{module.at(node)}: {module.name} may not import {target}"


def test_nobody_imports_what_is_hidden_from_them() -> None:
    require(blind, *PACKAGES)


def foreign_to_forms(module: Module) -> Iterator[str]:
    """Imports of the project's other packages in `forms`."""
    for node, target in imports(module):
        if target.split(".")[0] in ("engine", "web"):
            yield f"{module.at(node)}: forms imports {target}"


def test_forms_imports_nothing_of_ours() -> None:
    require(foreign_to_forms, "forms")


def library_outside_bpmn(module: Module) -> Iterator[str]:
    """Imports of the workflow library outside the package that hides it."""
    for node, target in imports(module):
        if within(LIBRARY_OF_BPMN, target) and not within("engine.bpmn", module.name):
            yield f"{module.at(node)}: {module.name} imports {target}"


def test_only_engine_bpmn_imports_spiffworkflow() -> None:
    require(library_outside_bpmn, *PACKAGES)
    assert any(within(LIBRARY_OF_BPMN, target) for module in modules("engine/bpmn") for _, target in imports(module))


def test_no_import_cycles() -> None:
    graph = {
        module.name: {target for _, target in imports(module) if target in our_names()} - {module.name}
        for module in modules(*PACKAGES)
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"modules import one another in a circle: {' -> '.join(error.args[1])}")


def late_imports(module: Module) -> Iterator[str]:
    """Imports inside functions."""
    for node in module.import_nodes:
        for function in module.functions if node.col_offset else ():
            if function.lineno <= node.lineno <= (function.end_lineno or 0):
                yield f"{module.at(node)}: import inside {function.name}"


def test_imports_stand_at_the_top() -> None:
    require(late_imports, *PACKAGES, "tests")


def ambient(module: Module) -> Iterator[str]:
    """Uses of the wall clock, of chance and of waiting where they are not allowed."""
    known = aliases(module)
    for node in module.nodes:
        name = dotted(node, known)
        allowed = next((AMBIENT[entry] for entry in (name, f"{name.partition('.')[0]}.") if entry in AMBIENT), None)
        if allowed is not None and "." in name and not any(covers(entry, module.name) for entry in allowed):
            yield f"{module.at(node)}: {module.name} uses {name}"


def test_time_and_chance_are_passed_in() -> None:
    require(ambient, *PACKAGES)


def commits(module: Module) -> Iterator[str]:
    """Calls that begin a transaction or keep it, outside the one boundary; elsewhere the words mean something else."""
    if module.name in COMMITS or not any(within(db, target) for _, target in imports(module) for db in DATABASES):
        return
    bare = [node for node in module.nodes if isinstance(node, ast.Call) and not node.args]
    for node in bare:
        if isinstance(node.func, ast.Attribute) and node.func.attr in COMMITTING:
            yield f"{module.at(node)}: {module.name} calls {node.func.attr}()"


def test_only_the_boundary_commits() -> None:
    require(commits, *PACKAGES)


def public_classes() -> dict[str, list[str]]:
    """Each public class name with the places that define it."""
    places: dict[str, list[str]] = {}
    for module in modules(*PACKAGES):
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(module.at(node))
    return places


def test_a_public_class_name_means_one_class() -> None:
    assert {name: places for name, places in public_classes().items() if len(places) > 1} == {}


def participles(module: Module) -> Iterator[str]:
    """Variables and parameters that say what was done with a thing instead of what it is; columns are no variables."""
    if within("engine.store.models", module.name):
        return
    for node in module.nodes:
        name = node.id if isinstance(node, ast.Name) else node.arg if isinstance(node, ast.arg) else ""
        if name in PARTICIPLES:
            yield f"{module.at(node)}: a variable called {name}"


@pytest.mark.slow
def test_variables_are_named_after_things() -> None:
    require(participles, *PACKAGES)


def read_errors(module: Module) -> Iterator[str]:
    """Boundaries that look at the text of one of our errors instead of its rule and facts."""
    for handler in (node for node in module.nodes if isinstance(node, ast.ExceptHandler) and node.name):
        caught = {name.id for name in ast.walk(handler.type or handler) if isinstance(name, ast.Name)}
        if not module.name.startswith("web.") or caught <= FOREIGN_ERRORS:
            continue
        for node in (inner for part in handler.body for inner in ast.walk(part)):
            texts = node.args if isinstance(node, ast.Call) and dotted_name(node.func) in ("str", "repr") else []
            texts = [node.value] if isinstance(node, ast.FormattedValue) else texts
            texts = [node.value] if isinstance(node, ast.Attribute) and node.attr == "args" else texts
            if any(isinstance(text, ast.Name) and text.id == handler.name for text in texts):
                yield f"{module.at(node)}: {module.name} reads the text of {handler.name}; say() it"


def dotted_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def test_boundaries_say_errors_and_do_not_read_them() -> None:
    require(read_errors, "web")


def unsafe_xml(module: Module) -> Iterator[str]:
    """Parsers of XML beside the one whose options keep strangers' files harmless."""
    known = aliases(module)
    for node in module.nodes:
        name = dotted(node, known) if isinstance(node, ast.Attribute) else ""
        parses = name in XML_PARSERS or name.startswith(("xml.", "defusedxml."))
        if parses and module.name != "engine.safe_xml":
            yield f"{module.at(node)}: {module.name} uses {name}; engine.safe_xml parses XML"


def test_xml_is_parsed_in_one_place() -> None:
    require(unsafe_xml, *PACKAGES)


def spells_parties(module: Module) -> Iterator[str]:
    """Texts such as "person:12" that are put together beside the type whose they are."""
    for node in module.nodes:
        spelt = isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant) and node.values[0].value
        if spelt == "person:" and module.name not in ("engine.actor", "engine.store.columns"):
            yield f"{module.at(node)}: engine.actor says how rows name a person"


def test_how_rows_name_a_person_stands_in_one_place() -> None:
    require(spells_parties, "engine", "web")


def without_docstring(module: Module) -> Iterator[str]:
    if not ast.get_docstring(module.tree):
        yield f"{module.at(module.tree)}: no docstring that says the module's one job"


@pytest.mark.slow
def test_every_module_says_its_job() -> None:
    require(without_docstring, *PACKAGES, "tests", "alembic")


def oversized(module: Module) -> Iterator[str]:
    """A module, functions and parameter lists beyond their limits; migrations are left out, they only grow."""
    lines = module.source.count("\n")
    if lines > LONGEST_MODULE:
        yield f"{module.at(module.tree)}: {lines} lines"
    for function in module.functions:
        assert function.end_lineno is not None
        length = function.end_lineno - function.lineno + 1
        if length > LONGEST_FUNCTION:
            yield f"{module.at(function)}: {function.name} has {length} lines"


def test_modules_and_functions_stay_small() -> None:
    require(oversized, *PACKAGES, "tests")


def crowded(module: Module) -> Iterator[str]:
    """Functions with too many parameters, not counting self and cls."""
    for function in module.functions:
        given = function.args
        names = [a.arg for a in given.posonlyargs + given.args + given.kwonlyargs if a.arg not in ("self", "cls")]
        if len(names) > MOST_PARAMETERS:
            yield f"{module.at(function)}: {function.name} has {len(names)} parameters"


def test_functions_take_few_parameters() -> None:
    require(crowded, *PACKAGES)


def wide(line: str) -> bool:
    """As for Python: a line of a template is read and compared without scrolling sideways."""
    return len(line) > WIDEST_LINE


def test_lines_of_templates_are_not_wide() -> None:
    templates = sorted((ROOT / "web" / "templates").rglob("*.html"))
    assert len(templates) > 100
    lines = ((file, file.read_text(encoding="utf-8").splitlines()) for file in templates)
    assert [f"{file.name}:{n}" for file, text in lines for n, line in enumerate(text, 1) if wide(line)] == []
    assert wide("x" * 121)
    assert not wide("ế" * 120)


def test_setup_lists_every_package() -> None:
    setup = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    keywords = [node for node in ast.walk(setup) if isinstance(node, ast.keyword) and node.arg == "packages"]
    packages = sorted(module.name for module in modules(*PACKAGES) if module.path.name == "__init__.py")
    assert sorted(ast.literal_eval(keywords[0].value)) == packages


def test_the_folder_of_revisions_is_no_package() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists(), "it would hide the library of the same name"


SAMPLES = {
    "import datetime as d\nd.datetime.now()": ambient,
    "from datetime import date as day\nday.today()": ambient,
    "from uuid import uuid4\nfactory = uuid4": ambient,
    "from time import sleep\nsleep(1)": ambient,
    "import random\nrandom.shuffle([])": ambient,
    "from engine.store.db import connect\nconnect('').commit()": commits,
    "import sqlalchemy as sa\nwith sa.create_engine('').begin() as c:\n    pass": commits,
    "from engine.province.units import unit_tree": upward,
    "import web.cli": upward,
    "from forms import schema": blind,
    "import flask": blind,
    "from flask.views import View": blind,
    "from engine.store.db import transaction": blind,
    "from SpiffWorkflow.task import Task": library_outside_bpmn,
    "from engine.errors import BadInput": foreign_to_forms,
    "def f():\n    import json": late_imports,
    "x = 1": without_docstring,
    "try:\n    f()\nexcept BadInput as error:\n    print(str(error))": read_errors,
    "try:\n    f()\nexcept BadInput as error:\n    print(f'{error}')": read_errors,
    "from lxml import etree\netree.fromstring(b'')": unsafe_xml,
    "from xml.etree import ElementTree as tree\ntree.parse('')": unsafe_xml,
    "who = 12\nf'person:{who}'": spells_parties,
    "found = 1": participles,
    "def f(wanted): ...": participles,
    "def f(a, b, c, d, e, f, *, g): ...": crowded,
    "def f():\n" + "    x = 1\n" * 41: oversized,
    "x = 1\n" * 401: oversized,
}


@pytest.mark.parametrize("source", SAMPLES)
def test_each_rule_sees_its_breach(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        globals(),
        "our_names",
        lambda: frozenset({"engine.store.db", "engine.province.units", "web.cli", "forms.schema"}),
    )
    check = SAMPLES[source]
    name = {library_outside_bpmn: "engine.world.world", read_errors: "web.pages.task"}.get(check, "engine.bpmn.sample")
    assert list(check(Module(name, ROOT / "engine" / "sample.py", source, ast.parse(source))))
