"""Proofs that attacks fail: each was tried against the program before it was mended."""
