"""Promises of `web.pages`."""
