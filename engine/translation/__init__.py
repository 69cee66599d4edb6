"""The one catalogue of sentences: Vietnamese in the code, English in a gettext file, and JSON of both for scripts."""
