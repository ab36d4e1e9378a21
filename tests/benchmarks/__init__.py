"""How fast the press is, beside rivals that run in the same minutes (`make bench`)."""
