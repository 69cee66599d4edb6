"""Documents that the province signs and keeps: spreadsheets, Word files and PDFs."""
