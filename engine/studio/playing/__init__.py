"""Playing a draft: a case that an analyst leads through the drawing step by step, kept nowhere but in the page."""
