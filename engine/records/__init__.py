"""The record of all cases: reading it, proving it, handing it on without names (R13). Called by boundaries."""
