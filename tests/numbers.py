"""Counts how findable the code is, as `make numbers` prints it: names that identify, sizes, rooms, annotations.

The measures are those by which the code was once compared with other well-kept projects; docs/develop/numbers.md keeps
what they were before and after. Only `engine`, `forms` and `web` are counted, as Python's own parser reads them.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from tests.paths import ROOT

PACKAGES = ("engine", "forms", "web")
PARTICIPLES = ("found", "wanted", "said", "told")
Function = ast.FunctionDef | ast.AsyncFunctionDef
Modules = dict[str, ast.Module]


def parse_modules(root: Path) -> Modules:
    """Every module of the product below `root` by its path; what npm brought is not ours."""
    paths = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    return {
        str(path.relative_to(root)): ast.parse(path.read_text(encoding="utf-8"))
        for path in paths
        if "node_modules" not in path.parts
    }


def functions(modules: Modules) -> Iterator[tuple[str, Function]]:
    """Each function and method with the path of its module."""
    for path, tree in modules.items():
        yield from ((path, node) for node in ast.walk(tree) if isinstance(node, Function))


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} = {part / whole:.1%}"


def repeated(names: dict[str, set[str]]) -> str:
    """How many of the names stand in more than one module."""
    return share(sum(len(places) > 1 for places in names.values()), len(names))


def public_names(modules: Modules, kind: type[ast.AST] | tuple[type[ast.AST], ...]) -> dict[str, set[str]]:
    """Public names of that kind at the top of modules, each with the modules that define it."""
    places: dict[str, set[str]] = defaultdict(set)
    for path, tree in modules.items():
        for node in tree.body:
            if isinstance(node, kind) and not (name := getattr(node, "name", "_")).startswith("_"):
                places[name].add(path)
    return places


def one_word(name: str) -> bool:
    """Whether a function's name is a single word; the language's own `__names__` are nobody's choice."""
    return "_" not in name.strip("_") and not name.startswith("__")


def variables(modules: Modules) -> Counter[str]:
    """How often each name is assigned, taken as a parameter or read as a variable."""
    count: Counter[str] = Counter()
    for tree in modules.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                count[node.id] += 1
            elif isinstance(node, ast.arg):
                count[node.arg] += 1
    return count


def any_annotations(modules: Modules) -> int:
    """How many annotations name `Any`."""
    notes = [
        note
        for tree in modules.values()
        for node in ast.walk(tree)
        for note in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if note is not None
    ]
    return sum(any(isinstance(part, ast.Name) and part.id == "Any" for part in ast.walk(note)) for note in notes)


def lengths(modules: Modules) -> str:
    sizes = sorted((node.end_lineno or node.lineno) - node.lineno + 1 for _, node in functions(modules))
    return f"{median(sizes):.0f} / {quantiles(sizes, n=10)[-1]:.0f} / {sizes[-1]}"


def loose_modules(modules: Modules, package: str) -> int:
    """Modules that stand in a package's own folder, beside its rooms."""
    return sum(Path(path).parent == Path(package) and Path(path).name != "__init__.py" for path in modules)


def measures(root: Path) -> Iterator[tuple[str, str]]:
    """Each measure with what it comes to."""
    modules = parse_modules(root)
    names = [node.name for _, node in functions(modules) if not node.name.startswith("__")]
    used = variables(modules)
    yield "modules", str(len(modules))
    yield "loose modules in engine", str(loose_modules(modules, "engine"))
    yield "loose modules in web", str(loose_modules(modules, "web"))
    yield "functions", str(len(names))
    yield "lines of a function, median / p90 / longest", lengths(modules)
    yield "public class names in several modules", repeated(public_names(modules, ast.ClassDef))
    yield "public function names in several modules", repeated(public_names(modules, (ast.FunctionDef,)))
    yield "one-word function names", share(sum(map(one_word, names)), len(names))
    for word in PARTICIPLES:
        yield f"variables called {word}", str(used[word])
    yield "annotations with Any", str(any_annotations(modules))


def main(root: Path) -> None:
    """Print every measure of the project at `root`, as rows of a table."""
    rows = list(measures(root))
    sys.stdout.write("".join(f"| {name} | {value} |\n" for name, value in rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
