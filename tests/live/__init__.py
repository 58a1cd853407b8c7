"""Tests against a FHIR server that this project did not write; only `./test live` runs them."""
