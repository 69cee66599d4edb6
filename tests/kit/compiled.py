"""What the applications of a test process share: compiled templates and addresses, which cost most of making one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class _CompiledTemplates(BytecodeCache):
    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled before; the key names the file, the bucket checks its content."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._code[bucket.key] = bucket.bytecode_to_string()


COMPILED_TEMPLATES = _CompiledTemplates()


def share_addresses(patch: pytest.MonkeyPatch) -> None:
    """Let rules of the same address share the function that builds it; it asks its rule for everything else."""
    compile_builder: Any = Rule._compile_builder
    builders: dict[object, Builder] = {}

    def share_builder(rule: Rule, append_unknown: bool = True) -> Builder:
        if rule.defaults:
            return compile_builder(rule, append_unknown)  # type: ignore[no-any-return]
        key = (*rule._trace, append_unknown)
        if key not in builders:
            builders[key] = compile_builder(rule, append_unknown)
        return builders[key]

    patch.setattr(Rule, "_compile_builder", share_builder)
