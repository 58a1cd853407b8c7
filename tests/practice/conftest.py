"""An empty encrypted store for the made-up polyclinic."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_desk.storage.database import SqlStore, open_store

KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made_at = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
    opened = open_store(tmp_path / "clinic.db", KEY, create=True, profile_id="practice", now=lambda: made_at)
    yield opened
    opened.close()
