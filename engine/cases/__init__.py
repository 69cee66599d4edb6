"""A citizen's report and its case: taken in, found, worked on, corrected, tracked by whoever filed it."""
