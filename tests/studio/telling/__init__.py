"""Promises of `engine.studio.telling`."""
