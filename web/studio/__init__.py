"""The analyst's studio (R16): drafts, their files, and the tools before and after deployment."""
