"""Compiles a text in the language that its mark says."""

from __future__ import annotations

from engine.bpmn.feel_language import CompiledFeel, compile_feel, compile_feel_script
from engine.bpmn.feel_marks import is_feel_text
from engine.bpmn.language import CompiledSource, compile_expression, compile_script

CompiledText = CompiledSource | CompiledFeel


def compile_text(source: str) -> CompiledText:
    """The compiled expression in the language that its mark says; raises ScriptError."""
    return compile_feel(source) if is_feel_text(source) else compile_expression(source)


def compile_script_text(source: str) -> CompiledText:
    """The compiled script in the language that its mark says; raises ScriptError."""
    return compile_feel_script(source) if is_feel_text(source) else compile_script(source)
