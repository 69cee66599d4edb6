"""Promises of `engine.replay`."""
