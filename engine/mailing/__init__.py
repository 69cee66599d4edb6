"""Mail and other messages that go out to people: who gets them, how they read, how they are sent."""
