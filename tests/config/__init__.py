"""Promises of `engine.config`."""
