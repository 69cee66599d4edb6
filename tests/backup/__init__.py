"""Promises of `engine.backup`."""
