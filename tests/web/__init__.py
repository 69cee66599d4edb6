"""Promises of `web`."""
