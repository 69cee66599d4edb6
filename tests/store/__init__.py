"""Promises of `engine.store`."""
