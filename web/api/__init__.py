"""The REST interface, /api/v1: what officers do on pages, done by other systems with a key (R23, R24)."""
