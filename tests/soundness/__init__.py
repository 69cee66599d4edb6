"""Promises on soundness: nets, their search, and what public nets say of it."""
