"""Promises of `web.http`."""
