"""Rounds with the upstream, the thread that makes them, and what the window says of them."""
