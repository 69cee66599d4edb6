"""The forms of user tasks: form-js documents, what they ask for and how answers are checked.

The documents are in this folder, one per user task; `forms.schema` compiles them and loads submissions.
"""
