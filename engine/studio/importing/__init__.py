"""Diagrams of other modelers turned into ours, with every conversion listed."""
