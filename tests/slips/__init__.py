"""Slips of an analyst's hand, made by the hundred on the shipped files: each is stopped, or changes nothing."""
