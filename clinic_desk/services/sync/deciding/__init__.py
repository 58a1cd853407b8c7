"""What a person decides: refused operations, differences, what is taken back."""
