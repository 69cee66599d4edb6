"""Tests of notices for closed pages."""
