"""Units, calendar and office hours as the database knows them."""
