"""Promises of `web.benchmark`."""
