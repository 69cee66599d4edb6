"""The project's own source, parsed and walked once, for tests of its rules."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.paths import ROOT

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One source file, parsed and walked once."""

    name: str
    path: Path
    source: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of its tree."""
        return list(ast.walk(self.tree))

    @cached_property
    def functions(self) -> list[Function]:
        """All its functions and methods, inner ones too."""
        return [node for node in self.nodes if isinstance(node, Function)]

    @cached_property
    def import_nodes(self) -> list[ast.Import | ast.ImportFrom]:
        """All its import statements, inner ones too."""
        return [node for node in self.nodes if isinstance(node, ast.Import | ast.ImportFrom)]

    def at(self, node: ast.AST) -> str:
        """Where `node` stands, for a failure's text."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


@cache
def parse(path: Path) -> Module:
    """The module in the file `path`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    source = path.read_text(encoding="utf-8")
    return Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path, source, ast.parse(source))


@cache
def modules(*folders: str) -> list[Module]:
    """Every module of these folders of the project."""
    return [parse(path) for folder in folders for path in source_files(ROOT / folder)]


def source_files(folder: Path) -> Iterator[Path]:
    """The Python files below a folder; what npm brought is not even looked through."""
    for place, inner, names in os.walk(folder):
        inner[:] = sorted(set(inner) - {"node_modules", "__pycache__"})
        yield from (Path(place) / name for name in sorted(names) if name.endswith(".py"))


def aliases(module: Module) -> dict[str, str]:
    """Which dotted name each imported name of `module` stands for."""
    known: dict[str, str] = {}
    for node in module.nodes:
        if isinstance(node, ast.Import):
            known |= {
                a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return known


def dotted(node: ast.AST, known: dict[str, str]) -> str:
    """The full name that an expression like `dt.now` means, empty for anything else."""
    if isinstance(node, ast.Name):
        return known.get(node.id, "")
    if isinstance(node, ast.Attribute):
        before = dotted(node.value, known)
        return f"{before}.{node.attr}" if before else ""
    return ""
