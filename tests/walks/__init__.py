"""The proof that a stored and restored process instance behaves as plain SpiffWorkflow kept in memory does.

Random and hand-written diagrams, random walks over them, and after every step a comparison of everything an officer,
a timer or another instance could notice. Only tests import this package.
"""
