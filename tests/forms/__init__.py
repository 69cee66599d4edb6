"""Promises of `forms`."""
