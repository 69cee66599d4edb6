"""Promises of `engine.registers`."""
