import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clinic_desk.storage.database import SqlStore, open_store
from tests.storage.examples import KEY, NOW, PROFILE

OpenStore = Callable[..., SqlStore]


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store nobody has written to; made once, copied for each test."""
    path = tmp_path_factory.mktemp("store") / "clinic.db"
    open_store(path, KEY, create=True, profile_id=PROFILE, now=lambda: NOW).close()
    return path


@pytest.fixture
def path(empty_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_file, tmp_path / "clinic.db"))


@pytest.fixture
def open_again(path: Path) -> Iterator[OpenStore]:
    """Opens the test's store; all are closed at the end."""
    opened: list[SqlStore] = []

    def again(**options: object) -> SqlStore:
        wanted: dict[str, object] = {"create": False, "profile_id": PROFILE, "now": lambda: NOW}
        store = open_store(path, KEY, **(wanted | options))  # type: ignore[arg-type]
        opened.append(store)
        return store

    yield again
    for store in opened:
        store.close()


@pytest.fixture
def store(open_again: OpenStore) -> SqlStore:
    return open_again()
