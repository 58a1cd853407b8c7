"""Rows of SYNC's table "Promises under fault" that the store keeps, each beside what fails without it.

Rows: power loss after "Saved", wrong key or damaged store, disk full on save. Each promise is checked twice:
as the program is, and with its protection taken away, where the same check has to fail.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.services import patients
from clinic_desk.storage import database, engine
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.storage.errors import StoreRefused
from clinic_desk.storage.key_check import Fit
from clinic_desk.storage.sync.outbox import SqlOutbox
from tests.services.desk import KEY, PROFILE_ID, bytes_of
from tests.sync.site import Site, iin_of, person_form
from tests.sync.world import World

NewWorld = Callable[[], World]
OFF = 0
FULL = 2


def _writer(store: SqlStore) -> Any:
    assert store._writer is not None
    with store._writer.connect() as connection:
        return connection.connection.driver_connection


def _saved_survives_power_loss(world: World) -> None:
    """Told as saved, then no power: the disk as it is at this moment opens, with the act and its operation.

    A copy of the files cannot show what a drive had in its cache; what makes the engine wait for the drive
    is looked at by itself.
    """
    site = world.desk()
    patient = site.register(person_form(1))
    assert _writer(site.store).execute("PRAGMA synchronous").fetchone()[0] == FULL
    copy = site.folder.parent / "after"
    shutil.copytree(site.folder, copy)
    (copy / "clinic.db-shm").unlink(missing_ok=True)
    after = Site(copy, "T2")
    assert after.patient(patient.id) == patient
    assert [op.aggregate_id for op in after.ops()] == [patient.id]
    after.close()


def test_power_loss_after_saved(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    _saved_survives_power_loss(new_world())
    opened = engine.open_connection

    def hasty(*args: Any, **more: Any) -> Any:
        connection = opened(*args, **more)
        connection.execute(f"PRAGMA synchronous = {OFF}")
        return connection

    monkeypatch.setattr(engine, "open_connection", hasty)
    with pytest.raises(AssertionError):
        _saved_survives_power_loss(new_world())


def _refusal(folder: Path, key: bytes) -> str:
    try:
        open_store(folder / "clinic.db", key, create=False, profile_id=PROFILE_ID).close()
    except StoreRefused as error:
        return error.code
    except Exception as error:
        return type(error).__name__
    return ""


def _strange_stores_are_left_alone(world: World) -> None:
    """A key that is another's and a file that is broken are told apart, and neither is touched."""
    site = world.desk()
    site.register(person_form(1))
    site.close()
    world.sites.clear()
    before = bytes_of(site.folder)
    assert _refusal(site.folder, bytes(32)) == "store.wrong_key"
    assert bytes_of(site.folder) == before
    path = site.folder / "clinic.db"
    path.write_bytes(path.read_bytes()[:3000])
    before = bytes_of(site.folder)
    assert _refusal(site.folder, KEY) == "store.damaged"
    assert bytes_of(site.folder) == before


def test_wrong_key_or_damaged_store(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """That a restore is offered then is looked at where it is offered: tests/ui/test_damaged_store.py."""
    _strange_stores_are_left_alone(new_world())
    monkeypatch.setattr(database, "fit_of", lambda *_: Fit.FITS)
    with pytest.raises(AssertionError):
        _strange_stores_are_left_alone(new_world())


def _full_disk_refuses_whole(world: World) -> None:
    """The save is refused in so many words; neither the person nor the operation is there, all else is."""
    site = world.desk()
    kept = site.register(person_form(1))
    writer = _writer(site.store)
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count = {pages}")
    refused, number = "", 1
    while not refused:
        number += 1
        try:
            site.use.patients.register(person_form(number, address="А" * 400), site.actor)
        except ClinicDeskError as error:
            refused = error.code
    assert refused == "store.disk_full"
    with site.store.read() as work:
        count = work.patients.count()
        assert work.audit.verify() is None
    assert count == number - 1
    assert {op.aggregate_id for op in site.ops()} >= {kept.id}
    assert len(site.ops()) == count
    writer.execute("PRAGMA max_page_count = 1073741823")
    site.register(person_form(number + 1))


def _full_before_the_operation(world: World) -> None:
    """The disk fills up when the person is written and the operation is not: neither is there."""
    site = world.desk()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqlOutbox, "add", _disk_is_full)
        with pytest.raises(StoreRefused):
            site.use.patients.register(person_form(1), site.actor)
    assert site.use.patients.by_iin(iin_of(1)) is None
    assert site.ops() == []


def _disk_is_full(*_: Any) -> Any:
    raise StoreRefused("store.disk_full")


def test_disk_full_on_save(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one transaction over act and operation the person would be there and never sent."""
    _full_disk_refuses_whole(new_world())
    _full_before_the_operation(new_world())
    noted = patients.note_change

    def saved_early(work: Any, *args: Any, **more: Any) -> None:
        noted(work, *args, **more)
        raw = work._transaction.connection.connection.driver_connection
        raw.execute("COMMIT")
        raw.execute("BEGIN IMMEDIATE")

    monkeypatch.setattr(patients, "note_change", saved_early)
    with pytest.raises(AssertionError):
        _full_before_the_operation(new_world())
