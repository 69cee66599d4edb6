"""Pictures and films as they are kept: readable by everybody, and telling nothing but what they show."""
