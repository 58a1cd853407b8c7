"""Whose key it is, as far as this package needs to know."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class KeyOwner(Protocol):
    """A profile: its folder, its never changing id, its kind, and where its database is or will be."""

    @property
    def path(self) -> Path: ...  # noqa: D102

    @property
    def id(self) -> str: ...  # noqa: D102

    @property
    def is_practice(self) -> bool: ...  # noqa: D102

    @property
    def database_path(self) -> Path: ...  # noqa: D102


def has_database(owner: KeyOwner) -> bool:
    """Say whether anything of a database is there, so that a new key would lock it for ever."""
    database = owner.database_path
    return any(
        place.exists() or place.is_symlink()
        for place in (database, database.with_name(database.name + "-wal"))
    )
