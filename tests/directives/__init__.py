"""Directives: what a template may hold, and issuing with numbers that never fail."""
