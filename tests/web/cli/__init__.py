"""Promises of `web.cli`."""
