"""DMN 1.1 to 1.5: models of decisions read from XML, compiled once and asked many times.

`engine.dmn.reading` reads a file, `engine.dmn.program` compiles it; expressions are those of `engine.feel`.
"""
