"""What a learner can do to the made-up authority from the practice clinic's window."""
