"""Scenarios beside the diagrams: read, written, run on a virtual clock, recorded from cases."""
