"""Promises of the channels through which citizens write."""
