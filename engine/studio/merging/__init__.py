"""Merges two changes of one file of a deployment, part by part: pure, without a database."""
