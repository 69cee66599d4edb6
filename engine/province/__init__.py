"""Units, calendar and office hours in the database."""
