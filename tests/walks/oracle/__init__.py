"""An interpreter of BPMN of its own, written from the standard: the walks compare the program with it.

It shares no code with the program or with SpiffWorkflow: it reads the XML, evaluates the expressions of the generated
diagrams and plays the tokens itself, in the plainest way and without a thought for speed or storage. What the standard
leaves open it says where it decides: in `tokens.py` and in docs/reference/language.md.
"""
