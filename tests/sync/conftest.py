"""The desk of the use cases' tests over a store of its own, and a store without anybody in it."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clinic_desk.storage.database import SqlStore, open_store
from tests.services.conftest import desk, folder, template
from tests.services.desk import KEY
from tests.sync.world import World

__all__ = ["desk", "folder", "template"]

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store without anybody in it."""
    path = tmp_path_factory.mktemp("empty") / "clinic.db"
    open_store(path, KEY, create=True, profile_id="desk", now=lambda: NOW).close()
    return path


@pytest.fixture
def empty_store(empty_file: Path, tmp_path: Path) -> Iterator[SqlStore]:
    """A store of the test's own without anybody in it."""
    path = tmp_path / "clinic.db"
    shutil.copy2(empty_file, path)
    opened = open_store(path, KEY, create=False, profile_id="desk", now=lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def new_world(template: Path, tmp_path: Path) -> Iterator[Callable[[], World]]:
    """Makes worlds: a server without anybody, desks as they are asked for."""
    made: list[World] = []

    def make() -> World:
        made.append(World(tmp_path / f"world{len(made)}", template))
        return made[-1]

    yield make
    for world in made:
        world.close()
