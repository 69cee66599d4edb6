"""Personal data of citizens: who saw it, when it is forgotten, what they ask of it (R14). Called by boundaries."""
