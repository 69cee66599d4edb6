"""The forms of user tasks: form-js documents, what they ask for and how answers are checked. Imports nothing of ours.

One document per user task lies beside this file; `forms.schema` compiles one and loads what was submitted.
"""
