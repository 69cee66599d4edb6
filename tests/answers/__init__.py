"""Promises of `engine.answers`."""
