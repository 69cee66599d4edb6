"""Pages: one module per user activity. They call use cases and show the results."""
