"""What keeps the program running and tells how it runs: worker, log, metrics."""
