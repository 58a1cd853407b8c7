"""The section of districts: loads, streets, moving people from one district to another."""
