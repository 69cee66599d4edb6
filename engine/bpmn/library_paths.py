"""Lets SpiffWorkflow be imported from a folder whose name holds a space, a percent sign or a letter with marks.

At its import the library names one of its schemas to libxml2 by path, where an address has to stand: a folder such as
"50% nhanh" is none. Imported before everything else of this package, because the import itself fails otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

# The library's package names a class like this module of it, so that only its full name leads there.
_module = import_module("SpiffWorkflow.bpmn.parser.BpmnParser")
_initialise = _module.BpmnValidator.__init__


def initialise_validator(
    validator: Any, xsd_path: str = _module.XSD_PATH, imports: Mapping[str, str] | None = None
) -> None:
    """The library's own initialisation, with addresses where it has paths."""
    _initialise(validator, xsd_path, {name: Path(path).as_uri() for name, path in (imports or {}).items()})


_module.BpmnValidator.__init__ = initialise_validator
