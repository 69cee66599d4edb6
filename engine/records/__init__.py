"""The record of all cases: reading it, verifying it, exporting it without names (R13)."""
