"""The key of the store: 32 random bytes that open the database, and who holds them.

A clinic profile's key lies in the keyring of the operating system, or, where there is none to trust,
wrapped under a passphrase in `key.json`. A practice profile's key lies in the plain file `practice.key`:
its people are made up, and it must open without a password. Nothing here knows the database itself.
"""
