"""Promises of `engine.staff`."""
