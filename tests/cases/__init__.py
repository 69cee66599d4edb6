"""Promises of `engine.cases`."""
