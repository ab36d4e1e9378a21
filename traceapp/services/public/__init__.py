"""What everybody may see: a stamp's passport, records by their address, the search."""
