"""The database: transactions, tables and column types, compiled statements, migrations."""
