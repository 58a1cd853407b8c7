"""The two kinds of profile."""

from __future__ import annotations

from enum import StrEnum


class ProfileKind(StrEnum):
    """What a profile is for; stored in `profile.json` and never changed afterwards."""

    CLINIC = "clinic"
    """Real people: the key lies in the keyring or behind a passphrase."""

    PRACTICE = "practice"
    """Made-up people: opens without a password, refuses real servers."""
