"""Settings from the environment, and the list of them."""
