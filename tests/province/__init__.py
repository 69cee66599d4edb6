"""Promises of `engine.province`."""
