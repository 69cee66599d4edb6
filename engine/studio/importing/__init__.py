"""Imports diagrams from other modelers and lists every conversion."""
