"""A made-up polyclinic for practising, tests and measurements.

Everybody and everything here is invented. A well-formed IIN, BIN or phone number may still
coincide with a real one, so a practice profile never talks to a real upstream.
"""
