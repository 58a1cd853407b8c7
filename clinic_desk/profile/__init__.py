"""Where one clinic's files lie, and that one program at a time works on them.

Owns the profile folder: which one, whose it is, its lock, the address at which the running program is
asked to show its window, and the number marker. What the database and the key mean is left to storage
and credentials.
"""
