"""A made-up polyclinic for practising, tests and measurements."""
