"""What waits goes up: each operation has its effect upstream once, in its person's order."""
