"""Benchmarks of the product against the libraries and databases it is built on."""
