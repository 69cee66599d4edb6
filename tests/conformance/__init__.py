"""How much of BPMN as others draw it is accepted, and whether what is accepted does what the standard says."""
