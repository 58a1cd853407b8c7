"""Moving ten thousand people to another district, beside the plain UPDATE of the same rows."""

from __future__ import annotations

import shutil
from pathlib import Path

from clinic_desk.domain.clinic import Desk, District, DistrictKind
from clinic_desk.domain.districts import AgeGroup, DistrictMove, Selection, last_birth_day
from clinic_desk.domain.ids import DistrictId
from clinic_desk.services.actor import Actor
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.districts import DistrictService
from clinic_desk.services.identity import new_id
from clinic_desk.services.redistricting import RedistrictingService
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.storage.engine import SecretKey, open_connection
from tests.bench.measure import Report, alternate, milliseconds, note
from tests.bench.stores import MOMENT, filled

_PEOPLE = 250_000
_LEAST_MOVED = 10_000
_ROUNDS = 6
_OVERVIEWS = 20
_RAW = """
    UPDATE patients SET district_id = ?, updated_at = ?, version = version + 1
    WHERE is_here = 1 AND district_id = ? AND birth_date > ? AND birth_date <= ?
    """
_RAW_LOADS = """
    SELECT district_id, count(*), sum(birth_date > ?) FROM patients INDEXED BY ix_patients_district_id
    WHERE is_here = 1 AND district_id IS NOT NULL GROUP BY district_id
    """
_ACTOR = Actor("Тіркеуші", Desk())


def measure_districts(report: Report, folder: Path) -> None:
    """A move and its undo to the committed UPDATE of the same rows of the same file; the screen's numbers."""
    note("districts")
    place = filled(_copied(folder), _PEOPLE)
    clock = FixedClock(MOMENT)
    rules = shipped_book()
    districts = DistrictService(place.store, clock, rules)
    moving = RedistrictingService(place.store, clock, rules)
    fullest = max(districts.overview().rows, key=lambda row: row.load.people).district
    empty = District(DistrictId(new_id()), "99", DistrictKind.GENERAL)
    with place.store.write() as work:
        work.clinic.put_district(empty)
        work.commit()
    everybody = AgeGroup(0, None, MOMENT.date())
    raw = open_connection(place.path, SecretKey(place.key))
    moved: list[DistrictMove] = []

    def move() -> None:
        selection = Selection(fullest.id, ages=everybody)
        done, _ = moving.move(
            selection,
            empty.id,
            _ACTOR,
            reason="-",
            allowed_by="-",
            progress=_nothing,
            cancelled=lambda: False,
        )
        moved.append(done)

    def undo() -> None:
        moving.undo(moved[-1].id, _ACTOR, progress=_nothing, cancelled=lambda: False)

    def plain(source: DistrictId, target: DistrictId) -> None:
        ages = (everybody.born_after.isoformat(), everybody.born_until.isoformat())
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(_RAW, (target, MOMENT.isoformat(), source, *ages))
        raw.execute("COMMIT")

    times: dict[str, list[float]] = {"move": [], "undo": [], "raw move": [], "raw undo": []}
    for turn in range(_ROUNDS + 1):
        measured = {
            "move": milliseconds(move),
            "undo": milliseconds(undo),
            "raw move": milliseconds(lambda: plain(fullest.id, empty.id)),
            "raw undo": milliseconds(lambda: plain(empty.id, fullest.id)),
        }
        if turn:  # the first round reads the file
            for name, took in measured.items():
                times[name].append(took)
    day = last_birth_day(18, MOMENT.date()).isoformat()
    overviews, counts = alternate(
        lambda _: districts.overview(),
        lambda _: raw.execute(_RAW_LOADS, (day,)).fetchall(),
        range(_OVERVIEWS),
    )
    raw.close()
    place.close()
    people = moved[-1].people
    if people < _LEAST_MOVED:
        raise RuntimeError(f"{people} people were moved, {_LEAST_MOVED} are meant")
    report.add(
        "redistricting_of_10000", times["move"], times["raw move"], limit=3, compares="p50", people=people
    )
    report.add(
        "redistricting_undone", times["undo"], times["raw undo"], limit=3, compares="p50", people=people
    )
    report.add("district_loads", overviews, counts, limit=3, compares="p50", people=_PEOPLE)


def _nothing(done: int, total: int | None) -> None: ...


def _copied(folder: Path) -> Path:
    """A copy of the kept store, which stays as it was."""
    filled(folder, _PEOPLE).close()
    copy = folder / "districts"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for path in folder.glob(f"people-{_PEOPLE}.*"):
        shutil.copy(path, copy)
    return copy
