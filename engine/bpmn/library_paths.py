"""Lets SpiffWorkflow be imported from a folder whose name has a space, a percent sign or a letter with diacritics.

At import the library gives libxml2 the path of one of its schemas where a URL is expected; a folder such as "50% nhanh"
is not a valid one. Imported before everything else in this package, because the import itself fails otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

# The library's package gives a class the name of one of its modules, so that only the full name reaches the module.
_module = import_module("SpiffWorkflow.bpmn.parser.BpmnParser")
_initialise = _module.BpmnValidator.__init__


def initialise_validator(
    validator: Any, xsd_path: str = _module.XSD_PATH, imports: Mapping[str, str] | None = None
) -> None:
    """The library's own initialisation, with URLs instead of paths."""
    _initialise(validator, xsd_path, {name: Path(path).as_uri() for name, path in (imports or {}).items()})


_module.BpmnValidator.__init__ = initialise_validator
