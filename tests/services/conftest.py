"""One filled store is made for the session; each test works on a copy of the file."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.desk import KEY, PROFILE_ID, DeskOverStore, MovableClock, fill


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed, filled store that nobody changes."""
    from clinic_desk.storage.database import open_store

    path = tmp_path_factory.mktemp("template") / "clinic.db"
    store = open_store(path, KEY, create=True, profile_id=PROFILE_ID, now=MovableClock().now)
    fill(store)
    store.close()
    return path


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """A folder with a store of its own."""
    path = tmp_path / "profile"
    path.mkdir()
    shutil.copy2(template, path / "clinic.db")
    return path


@pytest.fixture
def desk(folder: Path) -> Iterator[DeskOverStore]:
    """The use cases over that store."""
    opened = DeskOverStore.open(folder)
    yield opened
    opened.close()
