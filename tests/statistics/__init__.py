"""Promises of the figures."""
