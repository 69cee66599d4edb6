"""Whether what is drawn can always be brought to its end: nets, reductions that keep the answer, and a bounded search.

Knows nothing of diagrams: places, transitions, markings. Written from the literature (Murata 1989 on reductions, van
der Aalst 2011 on soundness).
"""
