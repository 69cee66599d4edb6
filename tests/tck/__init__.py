"""The DMN Technology Compatibility Kit, and small cases of our own in its form."""
