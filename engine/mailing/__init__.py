"""Mail and other outgoing messages: recipients, wording and delivery."""
