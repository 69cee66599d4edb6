"""Tests of what commits announce, and of how servers hear of it."""
