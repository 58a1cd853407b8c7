"""What can be wrong with the key. No file and no keyring entry is changed when one of these is raised."""

from __future__ import annotations

from clinic_desk.domain.errors import ClinicDeskError


class KeyRefused(ClinicDeskError):
    """The key cannot be had.

    `code` says why:

    - `key.locked`: the keyring is there but locked, and was not unlocked when asked;
    - `key.unreachable`: the keyring that holds the key cannot be reached from this session;
    - `key.absent`: there is a store, but nothing holds its key any more;
    - `key.changed`: what was found is not this store's key;
    - `key.file_damaged`, `key.file_newer`: `key.json` cannot be understood;
    - `key.practice_lost`: the practice clinic's key file is gone or damaged;
    - `key.passphrase_needed`: no passphrase was given;
    - `key.passphrase_short`: a new passphrase has fewer than 10 characters.
    """


class WrongPassphrase(KeyRefused):
    """The passphrase does not open `key.json`; it may be asked again."""

    def __init__(self) -> None:
        super().__init__("key.wrong_passphrase")
