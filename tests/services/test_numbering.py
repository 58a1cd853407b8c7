"""A number is never given twice: not after a crash, not after any kind of restore, not by two desks."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.numbers import LAST_COUNTER, parse_number
from clinic_desk.durable_file import FileNotSaved
from clinic_desk.services.actor import Actor
from clinic_desk.services.numbering import BLOCK
from clinic_desk.services.ports import NumberState
from tests.services.desk import ACTOR, PERSON, DeskOverStore, MovableClock, form_of

AGAIN = {"referral.already_living": "тағы"}


class Clinic:
    """A polyclinic over days: opens and closes its program, remembers every number it ever handed out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = MovableClock()
        self.given: list[str] = []
        desk = self.open()
        self.person = desk.person().id
        desk.insured(self.person)
        desk.close()

    def open(self) -> DeskOverStore:
        return DeskOverStore.open(self.folder, self.clock)

    def issue(self, desk: DeskOverStore, count: int = 1, actor: Actor = ACTOR) -> list[str]:
        numbers = [
            desk.issue(form_of(self.person, reasons_given=AGAIN), actor=actor).number for _ in range(count)
        ]
        self.given += numbers
        return numbers

    def day(self, count: int, *, crash: bool = False) -> list[str]:
        """A start, some referrals, an end."""
        desk = self.open()
        numbers = self.issue(desk, count)
        desk.abandon() if crash else desk.close()
        return numbers

    @property
    def database(self) -> Path:
        return self.folder / "clinic.db"

    @property
    def marker(self) -> Path:
        return self.folder / "state" / "numbers.json"

    def check(self) -> None:
        assert len(self.given) == len(set(self.given))
        for number in self.given:
            parse_number(number)


@pytest.fixture
def clinic(folder: Path) -> Clinic:
    """A polyclinic that has issued nothing yet."""
    return Clinic(folder)


def _counters(numbers: list[str]) -> list[int]:
    return [parse_number(number).counter for number in numbers]


def test_an_orderly_end_goes_on_where_it_stopped(clinic: Clinic) -> None:
    first = clinic.day(3)
    second = clinic.day(3)
    assert _counters(first + second) == [1, 2, 3, 4, 5, 6]
    assert len({parse_number(number).series for number in clinic.given}) == 1
    clinic.check()


def test_opening_without_issuing_uses_nothing_up(clinic: Clinic) -> None:
    clinic.day(1)
    for _ in range(3):
        clinic.open().close()
    assert _counters(clinic.day(1)) == [2]


def test_a_crash_jumps_behind_what_was_reserved(clinic: Clinic) -> None:
    clinic.day(3, crash=True)
    (after,) = clinic.day(1)
    assert parse_number(after).counter == 1 + BLOCK
    clinic.check()


def test_many_crashes(clinic: Clinic) -> None:
    for day in range(12):
        clinic.day(day % 4, crash=day % 3 != 0)
    clinic.check()


@pytest.mark.parametrize("before", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1])
@pytest.mark.parametrize("after", [1, BLOCK, 2 * BLOCK + 3])
@pytest.mark.parametrize("crash", [False, True], ids=["closed", "killed"])
def test_an_old_copy_of_the_database_put_back(clinic: Clinic, before: int, after: int, crash: bool) -> None:
    clinic.day(before)
    shutil.copy2(clinic.database, clinic.folder / "copy")
    clinic.day(after, crash=crash)
    _put_back(clinic)
    clinic.day(3)
    clinic.check()


def _put_back(clinic: Clinic) -> None:
    for suffix in ("-wal", "-shm"):
        clinic.database.with_name(clinic.database.name + suffix).unlink(missing_ok=True)
    shutil.copy2(clinic.folder / "copy", clinic.database)


def test_the_same_old_copy_put_back_again_and_again(clinic: Clinic) -> None:
    clinic.day(2)
    shutil.copy2(clinic.database, clinic.folder / "copy")
    for round_ in range(5):
        clinic.day(round_ + 1, crash=round_ % 2 == 1)
        _put_back(clinic)
    clinic.day(2)
    clinic.check()


def test_an_old_copy_put_back_and_the_marker_lost(clinic: Clinic) -> None:
    clinic.day(2)
    shutil.copy2(clinic.database, clinic.folder / "copy")
    clinic.day(30)
    _put_back(clinic)
    clinic.marker.unlink()
    clinic.day(30)
    clinic.check()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": 2}', b"\xff" * 40])
def test_a_damaged_marker_is_no_marker(clinic: Clinic, damage: bytes) -> None:
    clinic.day(2)
    clinic.marker.write_bytes(damage)
    clinic.day(2)
    clinic.check()


def test_the_marker_alone_is_an_old_copy(clinic: Clinic) -> None:
    clinic.day(2)
    shutil.copy2(clinic.marker, clinic.folder / "marker-copy")
    clinic.day(BLOCK * 2)
    shutil.copy2(clinic.folder / "marker-copy", clinic.marker)
    clinic.day(2)
    clinic.check()


@pytest.mark.parametrize("crash", [False, True], ids=["closed", "killed"])
@pytest.mark.parametrize(
    "later", [{"minutes": 0}, {"minutes": 1}, {"hours": 30}], ids=["at once", "soon", "next day"]
)
def test_everything_put_back_together_with_the_marker(
    clinic: Clinic, crash: bool, later: dict[str, float]
) -> None:
    """A backup of the whole home folder, or of the disk, brings the marker of its own day along."""
    clinic.day(2)
    copy = clinic.folder.with_name("whole-copy")
    shutil.copytree(clinic.folder, copy)
    clinic.clock.forward(**later)
    clinic.day(3, crash=crash)
    shutil.rmtree(clinic.folder)
    shutil.copytree(copy, clinic.folder)
    clinic.clock.forward(**later)
    clinic.day(3)
    clinic.check()


@pytest.mark.parametrize("crash", [False, True], ids=["closed", "killed"])
def test_a_disk_put_back_as_a_whole_keeps_even_the_place(
    clinic: Clinic, crash: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virtual machine taken back to yesterday evening: every file is the very file it was."""
    monkeypatch.setattr("clinic_desk.profile.number_marker.NumberMarker.place", lambda _: "the same")
    clinic.day(2)
    copy = clinic.folder.with_name("whole-copy")
    shutil.copytree(clinic.folder, copy)
    clinic.clock.forward(hours=14)
    clinic.day(3, crash=crash)
    shutil.rmtree(clinic.folder)
    shutil.copytree(copy, clinic.folder)
    clinic.clock.forward(minutes=20)
    clinic.day(3)
    clinic.check()


def test_the_next_morning_begins_a_new_series(clinic: Clinic) -> None:
    (evening,) = clinic.day(1)
    clinic.clock.forward(hours=14)
    (morning,) = clinic.day(1)
    assert parse_number(morning).counter == 1
    assert parse_number(morning).series > parse_number(evening).series


def test_a_clock_set_back_repeats_nothing(clinic: Clinic) -> None:
    clinic.day(2)
    clinic.clock.moment -= dt.timedelta(days=200)
    clinic.marker.unlink()
    clinic.day(2)
    clinic.marker.unlink()
    clinic.day(2)
    clinic.check()


def test_two_desks_over_one_store_have_numbers_of_their_own(clinic: Clinic) -> None:
    desk = clinic.open()
    other = Actor("Басқа", Desk("T3", "3"))
    for _ in range(3):
        clinic.issue(desk, 2)
        clinic.issue(desk, 2, other)
    desk.close()
    clinic.day(2)
    clinic.check()
    assert {parse_number(number).desk for number in clinic.given} == {"T2", "T3"}


def test_a_desk_that_changes_its_code_and_back(clinic: Clinic) -> None:
    other = Actor("Басқа", Desk("t3", "3"))
    for actor in (ACTOR, other, ACTOR, other):
        desk = clinic.open()
        clinic.issue(desk, 3, actor)
        desk.close()
    clinic.check()


def test_a_full_series_is_followed_by_a_new_one(clinic: Clinic) -> None:
    desk = clinic.open()
    (first,) = clinic.issue(desk)
    with desk.store.write() as work:
        work.numbers.put(NumberState("T2", parse_number(first).series, LAST_COUNTER - 1, LAST_COUNTER + 1))
        work.commit()
    numbers = [parse_number(number) for number in clinic.issue(desk, 4)]
    desk.close()
    assert [number.counter for number in numbers] == [LAST_COUNTER - 1, LAST_COUNTER, 1, 2]
    assert numbers[1].series < numbers[2].series
    clinic.day(2)
    clinic.check()


def test_no_number_is_given_while_the_marker_cannot_be_written(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = clinic.open()
    clinic.issue(desk, 1)
    full = FileNotSaved(OSError(28, "No space left on device"))

    def refuse(*_: object) -> None:
        raise full

    with monkeypatch.context() as patch:
        patch.setattr(desk.marker, "reserve", refuse)
        clinic.issue(desk, BLOCK - 1)  # the rest of the block was reserved before
        with pytest.raises(FileNotSaved):
            clinic.issue(desk, 1)
    assert len(desk.patients.card(clinic.person).referrals) == BLOCK
    clinic.issue(desk, 2)  # works again without a restart
    desk.close()
    clinic.check()


def test_a_number_of_a_transaction_that_failed_was_never_given(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = clinic.open()
    clinic.issue(desk, 1)

    def fail(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("clinic_desk.storage.audit.SqlAudit.write", fail)
        with pytest.raises(OSError):
            clinic.issue(desk, 1)
    assert len(desk.patients.card(clinic.person).referrals) == 1
    assert _counters(clinic.issue(desk, 1)) == [2]
    desk.close()
    clinic.check()


def test_a_stranger_s_person_is_not_in_the_number(clinic: Clinic) -> None:
    (number,) = clinic.day(1)
    assert number.isascii()
    assert PERSON.iin not in number
