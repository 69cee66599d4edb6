"""Promises of `engine.translation`."""
