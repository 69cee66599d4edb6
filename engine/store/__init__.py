"""The database: its boundary, its tables and types, prebuilt statements, its revisions."""
