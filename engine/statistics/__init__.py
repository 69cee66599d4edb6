"""Statistics about the province's cases: how many, how late, how satisfied citizens are."""
