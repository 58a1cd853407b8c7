"""Use cases: each public method is one act of a person and one transaction."""
