"""Promises of `engine.studio.diff`."""
