"""Promises of `web.display`."""
