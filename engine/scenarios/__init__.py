"""Scenarios that test process diagrams: read, written, run on a virtual clock, recorded from real cases."""
