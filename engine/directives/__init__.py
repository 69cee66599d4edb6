"""Directives: official letters that chase overdue cases, from the draft to the units' answers (R9).

A directive is drafted from overdue cases, gets its number and document when it is issued, and waits for each unit's
answer in an instance of the process `directive`.
"""
