"""Papers that the province signs and keeps: spreadsheets, Word files and PDF. Imported by use cases and pages."""
