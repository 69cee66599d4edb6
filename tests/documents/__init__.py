"""What the papers say and how they look: their texts, their cells, their pages."""
