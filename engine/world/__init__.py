"""What diagrams may ask about: calendar, office hours and the unit tree, as immutable values."""
