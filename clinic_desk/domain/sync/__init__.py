"""What a desk and the upstream tell each other, as plain values: operations, answers, differences."""
