"""Promises of `engine.reorganisation`."""
