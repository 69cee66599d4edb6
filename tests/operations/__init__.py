"""Promises of `engine.operations`."""
