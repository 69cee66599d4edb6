"""What differs between two deployments: diagrams, tables, forms, and the drawing of it."""
