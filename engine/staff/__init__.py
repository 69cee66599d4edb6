"""People, their accounts, roles and substitutes, and what each may do."""
