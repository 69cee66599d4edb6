"""The proof that a case does what BPMN says, stored and restored between any two steps.

A generator draws random diagrams of every construct the checker allows, walks go through them at random, and after
every step the program is compared with an interpreter of its own (`oracle`). Constructs written by hand are walked too.
"""
