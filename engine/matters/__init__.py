"""Work that officers begin by the start forms of diagrams: who may, what became of it, how long it took."""
