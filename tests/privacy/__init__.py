"""Promises of `engine.privacy`."""
