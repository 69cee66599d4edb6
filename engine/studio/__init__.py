"""The studio: use cases of analysts who draw, compare and import diagrams."""
