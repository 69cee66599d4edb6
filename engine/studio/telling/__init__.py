"""Says in words what is drawn: who does a step, with which form, how long it waits, whom a mail goes to."""
