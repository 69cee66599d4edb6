"""Tells a process on paper: its drawing, steps, roles, forms, deadlines, mails, tables and latest changes."""
