"""Promises of `engine.world`."""
