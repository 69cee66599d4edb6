"""Units that merge, split or close, and the people, tasks and cases that follow them (R19)."""
