"""The whole database in one file: written during operation, checked, and restored."""
