"""FHIR R4 resources as plain JSON: pure functions from the domain and back."""
