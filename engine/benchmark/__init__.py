"""Measurements of the product against what it rests on. Called by the command line alone."""
