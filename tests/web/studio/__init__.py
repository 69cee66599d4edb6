"""Promises of `web.studio`."""
