"""Webhooks: other systems are told of every notice and every change of a case, signed, until they take it (R23)."""
