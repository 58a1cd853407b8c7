"""Papers that later news makes wrong, and the sheet of a shift."""
