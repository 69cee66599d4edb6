"""Tests of the studio's use cases."""
