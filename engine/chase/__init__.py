"""What is overdue and what the provincial office does about it (R9)."""
