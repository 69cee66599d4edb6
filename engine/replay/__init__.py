"""Replays past reports through the diagrams on a virtual clock; the demonstration is made this way."""
