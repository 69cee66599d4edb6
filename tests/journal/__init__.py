"""The journal keeps what is done outside cases, in chains, and finds what was changed in it."""
