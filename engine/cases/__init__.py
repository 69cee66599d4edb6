"""A citizen's report and its case: intake, search, work, corrections, and tracking by the person who filed it."""
