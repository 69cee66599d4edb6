"""Standard answers (R2): who writes which, their versions and uses, what is asked in vain, how localities answered."""
