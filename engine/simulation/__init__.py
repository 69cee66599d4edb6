"""Runs past cases through a draft of the diagrams: what would have gone differently, and why (R16)."""
