"""Runs the steps on the connection that the program has open; Alembic loads this file itself."""

from __future__ import annotations

from alembic import context

from clinic_desk.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
