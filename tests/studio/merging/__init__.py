"""Merging two changes of one file of a deployment."""
