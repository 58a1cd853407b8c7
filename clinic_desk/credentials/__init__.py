"""Where the key of the store lives: the keyring of the operating system, or a passphrase."""
