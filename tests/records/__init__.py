"""The record, forgetting, and the event log, on both databases."""
