"""What is made of each type of resource that came from the upstream."""
