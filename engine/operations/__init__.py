"""Running and observing the program: worker, log, metrics."""
