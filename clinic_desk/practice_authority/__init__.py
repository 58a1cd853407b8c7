"""The authority that the practice clinic talks to: a FHIR R4 server for made-up people on this machine only.

It plays the register, the Fund, the hospital bureau and the suppliers, decides by rules that everybody can
read, and can be made to fail on purpose. Nothing of it is needed on a clinic's own machine.
"""
