"""Commands beside the window, for IT people and scripts."""
