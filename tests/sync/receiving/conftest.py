"""A desk over a store of its own, and a server in memory that both move by hand."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.desk import KEY, PROFILE_ID, MovableClock, fill
from tests.sync.receiving.receiving_desk import ReceivingDesk, Server


@pytest.fixture(scope="session")
def clinic_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed, filled store that nobody changes."""
    from clinic_desk.storage.database import open_store

    path = tmp_path_factory.mktemp("template") / "clinic.db"
    store = open_store(path, KEY, create=True, profile_id=PROFILE_ID, now=MovableClock().now)
    fill(store)
    store.close()
    return path


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def make_desk(clinic_file: Path, tmp_path: Path, server: Server) -> Iterator[object]:
    made: list[ReceivingDesk] = []

    def make(code: str = "T2", clock_off: dt.timedelta = dt.timedelta()) -> ReceivingDesk:
        folder = tmp_path / f"desk{len(made)}"
        folder.mkdir()
        shutil.copy2(clinic_file, folder / "clinic.db")
        desk = ReceivingDesk(folder, server, code, clock_off)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def desk(make_desk) -> ReceivingDesk:  # type: ignore[no-untyped-def]
    made: ReceivingDesk = make_desk()
    return made
