"""What the one commit tells every server process at once: that lists have changed, and whose."""
