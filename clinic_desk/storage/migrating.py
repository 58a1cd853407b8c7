"""Brings a store to the newest form, or refuses one from a newer program."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from clinic_desk.storage.errors import StoreRefused

HEAD: Final = "0003"
"""The newest step. Stands here so that a store that needs nothing opens without loading Alembic."""


def revision_of(connection: Connection) -> str | None:
    """The step the store stands at; None for an empty file."""
    exists = connection.execute(
        text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
    ).scalar()
    if not exists:
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found is not None else None


def check_revision(revision: str | None) -> bool:
    """True when the store has to be migrated, false when it stands at the newest step.

    Raises:
        StoreRefused: `store.newer` for a step this program does not know.
    """
    if revision == HEAD:
        return False
    if revision is not None and revision not in known_revisions():
        raise StoreRefused("store.newer", revision=revision)
    return True


def known_revisions() -> frozenset[str]:
    """All steps this program has."""
    from alembic.script import ScriptDirectory

    return frozenset(step.revision for step in ScriptDirectory(str(_folder())).walk_revisions())


def migrate(connection: Connection, to: str = "head") -> None:
    """The store is at the step `to`, inside the transaction that `connection` has open.

    A step back is asked for by an older revision; `base` is the empty file.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    if to == "base" or (to != "head" and to < (revision_of(connection) or "")):
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)


def _folder() -> Path:
    return Path(__file__).resolve().parent / "migrations"
