"""Promises of `engine.webhooks`."""
