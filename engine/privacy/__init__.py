"""Personal data of citizens: who saw it, when it is erased, and the citizens' own requests about it (R14)."""
