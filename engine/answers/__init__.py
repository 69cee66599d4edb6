"""Standard answers (R2): authors, versions and uses, unanswered questions, and reviews of localities' answers."""
