"""The office's reports to the People's Committee on a week or a month, from the draft to the issued paper.

A draft is written from the figures by rules, at the time that a plan says; the office edits it, and issuing gives it a
number, keeps its document and mails it.
"""
