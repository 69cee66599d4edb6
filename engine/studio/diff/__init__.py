"""Differences between two deployments: diagrams, decision tables and forms, and how they are drawn."""
