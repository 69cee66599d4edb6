"""Promises of `engine.studio.importing`."""
