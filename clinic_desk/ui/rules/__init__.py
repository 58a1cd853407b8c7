"""The screen of the rule tables: what is in force, since when, by whom; a new table with its preview."""
