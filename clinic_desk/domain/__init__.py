"""What is true at a registrar's window: values and rules, plain Python, no input or output."""
