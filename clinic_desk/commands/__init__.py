"""The commands beside the window, for the clinic's IT people and for scripts.

Each command is a module with `add_to(commands)` and `run(arguments, terminal)`. All use the same use
cases as the window. Exit code 0: done; 1: refused by a rule, or bad rows; 2: wrong use or a file or
profile that cannot be used. Errors are one sentence on standard error, never a traceback.
"""
