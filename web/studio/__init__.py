"""The analyst's bench (R16): drafts, their files, what can be done with them before and after they are deployed."""
