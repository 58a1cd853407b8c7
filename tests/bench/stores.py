"""Encrypted practice stores of the sizes that are measured, made once a run."""

from __future__ import annotations

import datetime as dt
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinic_desk.practice.seeding import make_clinic
from clinic_desk.services.clock import FixedClock
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.storage.engine import SecretKey, open_connection
from tests.bench.measure import note

MOMENT = dt.datetime(2026, 11, 23, 5, 0, tzinfo=dt.UTC)
PROFILE = "bench"


@dataclass(frozen=True)
class Filled:
    """A store with `people` made-up people and a raw connection of the driver to the same file."""

    path: Path
    key: bytes
    people: int
    store: SqlStore
    raw: Any

    def close(self) -> None:
        """Both are closed."""
        self.raw.close()
        self.store.close()


def filled(folder: Path, people: int) -> Filled:
    """The store, made now unless the folder already holds it."""
    path = folder / f"people-{people}.db"
    key_file = folder / f"people-{people}.key"
    if not (path.exists() and key_file.exists()):
        path.unlink(missing_ok=True)
        note(f"making an encrypted store of {people:,} people")
        start = time.perf_counter()
        key_file.write_bytes(os.urandom(32))
        store = open_store(path, key_file.read_bytes(), create=True, profile_id=PROFILE)
        make_clinic(store, FixedClock(MOMENT), people, lambda done, total: None, lambda: False)
        store.close()
        note(f"made in {time.perf_counter() - start:.0f} s, {path.stat().st_size / 1e6:.0f} MB")
    key = key_file.read_bytes()
    store = open_store(path, key, create=False, profile_id=PROFILE)
    return Filled(path, key, people, store, open_connection(path, SecretKey(key), read_only=True))
