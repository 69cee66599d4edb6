"""What people and machines talk to: the pages and the command line. Calls use cases, never models."""
