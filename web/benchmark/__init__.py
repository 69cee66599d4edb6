"""Benchmarks of pages, officers and timers from outside, over HTTP and in real processes."""
