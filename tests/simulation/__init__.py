"""Past cases through a draft: what is reproduced, what changes and why, what is assumed, what the command says."""
