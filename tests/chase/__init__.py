"""Promises of `engine.chase`."""
