"""Notices for closed pages (Web Push, RFC 8030): who asked for them, and what is sent to their browsers' services."""
