"""Data files that come with the program; README.md beside this file names the source and licence of each."""
