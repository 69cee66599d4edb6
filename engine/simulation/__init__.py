"""Past cases run through a draft of the diagrams: what would have gone another way, and why (R16)."""
