"""What the tests of a process share: compiled templates, addresses and statements, which cost most of a short test.

So are the answers of the checker, which many tests ask about the very files that they all deploy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from types import CodeType, MethodType
from typing import Any

import pytest
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from engine.errors import FileProblem
from engine.scenarios import deployment_check
from engine.store import db


class _CompiledTemplates(BytecodeCache):
    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled before; the key names the file, the checksum its content."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        assert bucket.code is not None
        self._code[bucket.key, bucket.checksum] = bucket.code


COMPILED_TEMPLATES = _CompiledTemplates()


def share_addresses(patch: pytest.MonkeyPatch) -> None:
    """Let rules of the same address share what was compiled; the functions that build addresses ask their own rule."""
    compile_rule = Rule.compile
    shared: dict[object, Rule] = {}

    def share_rule(rule: Rule) -> None:
        assert rule.map is not None
        if rule.defaults:
            return compile_rule(rule)
        key = rule.rule, rule.host, rule.subdomain, rule.merge_slashes, *rule.map.converters.items()
        if key not in shared:
            compile_rule(rule)
            shared[key] = rule
            return None
        first = shared[key]
        rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
        rule.arguments |= first.arguments
        for name in ("_build", "_build_unknown"):
            setattr(rule, name, MethodType(getattr(first, name).__func__, rule))
        return None

    patch.setattr(Rule, "compile", share_rule)


def share_statements(patch: pytest.MonkeyPatch) -> None:
    """Let engines of one kind of database share compiled statements: each test has a database of its own."""
    compiled: LRUCache[Any, Any] = LRUCache(20_000)

    def share_cache(*arguments: Any, **more: Any) -> Engine:
        engine = create_engine(*arguments, **more)
        engine._compiled_cache = compiled
        return engine

    patch.setattr(db, "create_engine", share_cache)
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):  # A statement is found by its dialect and its shape.
        patch.setattr(kind, "__hash__", lambda dialect: hash(type(dialect)))
        patch.setattr(kind, "__eq__", lambda dialect, other: type(dialect) is type(other))


def share_checks(patch: pytest.MonkeyPatch) -> None:
    """Let files that were checked before be what they were: the checker looks at nothing but what it is given."""
    for check in (deployment_check.problems_in, deployment_check.notes_on, deployment_check.verdicts_on):
        patch.setattr(deployment_check, check.__name__, _remembered(check))


def _remembered(check: Callable[..., list[FileProblem]]) -> Callable[..., list[FileProblem]]:
    known: LRUCache[Any, list[FileProblem]] = LRUCache(100)

    @wraps(check)
    def ask(*given: Any, **more: Any) -> list[FileProblem]:
        key = tuple(map(_frozen, given)), tuple((name, _frozen(value)) for name, value in sorted(more.items()))
        if key not in known:
            known[key] = check(*given, **more)
        return list(known[key])

    return ask


def _frozen(given: Any) -> Any:
    """What can be looked up: of provinces only their names, because tests change none."""
    if not isinstance(given, Mapping):
        return given
    return frozenset((name, getattr(value, "folder", value)) for name, value in given.items())
