"""What the province can read off its cases: how many, how late, how satisfied. Imported by use cases and pages."""
