"""A walk through the program by real key events, for pictures, for people and for measurements."""
