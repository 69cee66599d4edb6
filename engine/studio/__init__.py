"""The studio: use cases for analysts who draw, compare and import diagrams."""
