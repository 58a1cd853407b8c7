"""Measurements side by side with raw code in the same run: `./test bench`. Never part of the tests."""
