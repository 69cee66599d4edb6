"""Reports of the past run through the diagrams on a virtual clock; the demonstration is made that way."""
