"""The one field that finds people and acts, and the list below it."""
