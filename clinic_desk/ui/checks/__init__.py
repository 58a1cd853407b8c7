"""The list "check before tomorrow"."""
