"""Promises of `engine.process`."""
