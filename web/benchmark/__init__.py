"""Pages, officers and timers measured from outside, over HTTP and in real processes."""
