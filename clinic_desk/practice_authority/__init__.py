"""The practice clinic's authority: a FHIR R4 server on loopback that plays everybody upstream."""
