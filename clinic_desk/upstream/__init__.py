"""The way to a FHIR server over HTTP: the only httpx."""
