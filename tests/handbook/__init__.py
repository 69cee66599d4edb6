"""Promises of `engine.handbook`."""
