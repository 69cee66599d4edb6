"""FEEL, the expression language of DMN 1.5 (chapter 10): total, exact, and without anything of ours.

`engine.feel.expression` compiles a text once; what it returns is run with values and answers with a value and with the
reasons of every null that an error made.
"""
