"""The interfaces for people and machines: web pages and the command line. Calls use cases, never models."""
