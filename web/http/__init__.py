"""Handling common to all requests and responses: boundary, errors, security, logs."""
