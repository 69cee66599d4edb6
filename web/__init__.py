"""What people and machines talk to: the command line today, the pages next. Calls use cases, never models."""
