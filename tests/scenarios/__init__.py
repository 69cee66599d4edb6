"""Promises of `engine.scenarios`."""
