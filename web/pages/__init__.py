"""Pages: one module for each thing that people do. They call use cases and show what comes back."""
