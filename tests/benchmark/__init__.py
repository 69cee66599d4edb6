"""Promises of `engine.benchmark`."""
