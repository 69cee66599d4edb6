"""Overdue cases and what the provincial office does about them (R9)."""
