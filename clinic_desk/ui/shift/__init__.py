"""The end of a shift and the papers to recall."""
