"""The practice clinic's key, in the plain file `practice.key` beside its database.

It protects nothing, and need not: the people are made up, and the practice clinic has to open without a
password and without a keyring. It exists so that the store works there exactly as it does in a clinic.
"""

from __future__ import annotations

from clinic_desk.credentials.encoding import key_from_text, key_to_text, new_key
from clinic_desk.credentials.errors import KeyRefused
from clinic_desk.credentials.owner import KeyOwner, has_database
from clinic_desk.durable_file import create_once

_FILE = "practice.key"


def load_or_create_practice_key(owner: KeyOwner) -> bytes:
    """Return the key of a practice profile, made now when there is no database yet.

    Raises:
        KeyRefused: `key.practice_lost`.
        FileNotSaved: the disk is full or refuses.
    """
    path = owner.path / _FILE
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        if has_database(owner):
            raise KeyRefused("key.practice_lost") from None
        create_once(path, (key_to_text(new_key()) + "\n").encode())
        text = path.read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise KeyRefused("key.practice_lost") from error
    key = key_from_text(text)
    if key is None:
        raise KeyRefused("key.practice_lost")
    return key
