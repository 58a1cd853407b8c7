"""Importing foreign lists at the window: file, columns, rows, load; undo as a whole."""
