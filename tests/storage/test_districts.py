"""Loads, streets and moves between districts in the store."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.address import street_key
from clinic_desk.domain.clinic import District, DistrictKind
from clinic_desk.domain.districts import (
    AgeGroup,
    DistrictLoad,
    DistrictMove,
    Selection,
    StreetChange,
    StreetPart,
)
from clinic_desk.domain.errors import Cancelled, NotFound
from clinic_desk.domain.ids import DistrictId, DistrictMoveId, StreetId
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.street_parts import Houses
from clinic_desk.domain.streets import Street, StreetSide
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import BulkKind
from clinic_desk.storage.database import SqlStore
from tests.storage.examples import NOW, doctor, patient

ONE = District(DistrictId("1" * 32), "1", DistrictKind.GENERAL)
TWO = District(DistrictId("2" * 32), "2", DistrictKind.GENERAL)
THREE = District(DistrictId("3" * 32), "3", DistrictKind.GENERAL)
NO_STREETS = StreetChange()
ADULT = dt.date(2008, 11, 23)
"""Whoever was born after this day is a child on 23 November 2026."""


def person(address: str, born: dt.date | None = dt.date(1988, 2, 14), district: District = ONE) -> Patient:
    return replace(patient(born=born, district=district), address=address)


def put(store: SqlStore, *people: Patient) -> None:
    with store.write() as work:
        for district in (ONE, TWO, THREE):
            work.clinic.put_district(district)
        work.bulk.write(BulkKind.PATIENTS, [replace(p, version=1) for p in people])
        work.commit()


def districts_of(store: SqlStore, *people: Patient) -> list[str]:
    numbers = {d.id: d.number for d in (ONE, TWO, THREE)}
    with store.read() as work:
        found = [work.patients.get(p.id) for p in people]
    return [numbers[p.attachment.district_id] for p in found if p and p.attachment.district_id]


def no_progress(_: int, __: int | None) -> None: ...


def move(
    store: SqlStore,
    what: StreetPart | AgeGroup,
    change: StreetChange = NO_STREETS,
    *,
    source: District = ONE,
    target: District = TWO,
    **more: Any,
) -> DistrictMove:
    street, ages = (what, None) if isinstance(what, StreetPart) else (None, what)
    selection = Selection(source.id, street, more.get("ages", ages))
    wanted = DistrictMove(DistrictMoveId(new_id()), NOW, "Т.", selection, target.id)
    with store.write() as work:
        done = work.districts.move(
            wanted, change, more.get("progress", no_progress), more.get("cancelled", lambda: False)
        )
        work.commit()
    return done


def undo(store: SqlStore, done: DistrictMove) -> Any:
    with store.write() as work:
        undone = work.districts.undo_move(done.id, "У.", NOW, no_progress, lambda: False)
        work.commit()
    return undone


def test_only_people_attached_here_are_a_load(store: SqlStore) -> None:
    elsewhere = replace(patient(is_here=False), address="Абай көшесі, 1-үй")
    put(
        store,
        person("Абай көшесі, 1-үй"),
        person("Абай көшесі, 1-үй", dt.date(2008, 11, 24)),
        person("Абай көшесі, 1-үй", dt.date(2008, 11, 23)),
        person("Абай көшесі, 1-үй", district=TWO),
        elsewhere,
    )
    with store.read() as work:
        assert work.districts.loads(ADULT) == {ONE.id: DistrictLoad(3, 1), TWO.id: DistrictLoad(1, 0)}


def test_loads_read_nothing_but_their_index(store: SqlStore) -> None:
    from clinic_desk.storage.districts import _LOADS, _OF_DOCTOR

    with store.read() as work:
        for sql in (_LOADS, _OF_DOCTOR):
            plan = work.districts._driver.execute(f"EXPLAIN QUERY PLAN {sql}", ("",)).fetchall()  # type: ignore[attr-defined]
            assert any("COVERING INDEX ix_patients_district_id" in row[3] for row in plan), plan


def test_a_doctor_answers_for_all_their_districts(store: SqlStore) -> None:
    put(store, person("Абай 1"), person("Абай 2", district=TWO), person("Абай 3", district=THREE))
    known = doctor()
    with store.write() as work:
        work.clinic.put_doctor(known)
        for district in (ONE, TWO):
            work.clinic.put_district(replace(district, doctor_id=known.id))
        work.commit()
    with store.read() as work:
        assert work.districts.people_of_doctor(known.id) == 2


@pytest.mark.parametrize(
    ("part", "moved"),
    [
        (StreetPart(("абаи",)), ["1", "2", "11", "12", None]),
        (StreetPart(("абаи",), Houses(StreetSide.ODD)), ["1", "11"]),
        (StreetPart(("абаи",), Houses(StreetSide.EVEN)), ["2", "12"]),
        (StreetPart(("абаи",), Houses(house_from=2, house_to=11)), ["2", "11"]),
        (StreetPart(("абаи",), Houses(StreetSide.EVEN, 3)), ["12"]),
        (StreetPart(("абаи", street_key("ул. Гоголь")), Houses(house_to=1)), ["1", "g1"]),
        (StreetPart(("",)), []),
    ],
)
def test_a_part_of_a_street_moves_its_people(store: SqlStore, part: StreetPart, moved: list[str]) -> None:
    people = {
        "1": person("Абай көшесі, 1-үй"),
        "2": person("Абай көшесі, 2-үй, 4-пәтер"),
        "11": person("Абай көшесі, 11-үй"),
        "12": person("Абай көшесі, 12-үй"),
        None: person("Абай көшесі"),
        "g1": person("Гоголь көшесі, 1-үй"),
        "other": person("Абай көшесі, 1-үй", district=THREE),
        "": person(""),
    }
    put(store, *people.values())
    with store.read() as work:
        told = work.districts.count_to_move(Selection(ONE.id, part), ADULT)
    done = move(store, part)
    assert [name for name, p in people.items() if districts_of(store, p) == ["2"]] == moved
    assert done.people == told.load.people == len(moved)
    assert told.without_house == (0 if part.houses.is_whole else 1)


def test_an_age_group_is_full_years_on_its_day(store: SqlStore) -> None:
    day = dt.date(2026, 11, 23)
    born = [dt.date(2011, 11, 24), dt.date(2011, 11, 23), dt.date(2008, 11, 24), dt.date(2008, 11, 23)]
    people = [person("Абай 1", b) for b in born]
    put(store, *people)
    assert [p.age_on(day) for p in people] == [14, 15, 17, 18]
    move(store, AgeGroup(15, 17, day))
    assert districts_of(store, *people) == ["1", "2", "2", "1"]


def test_a_street_and_an_age_group_together_are_the_people_of_both(store: SqlStore) -> None:
    child, adult = person("Абай 1", dt.date(2015, 1, 1)), person("Абай 1")
    other_child = person("Гоголь 1", dt.date(2015, 1, 1))
    put(store, child, adult, other_child)
    done = move(store, StreetPart(("абаи",)), ages=AgeGroup(0, 17, dt.date(2026, 11, 23)))
    assert districts_of(store, child, adult, other_child) == ["2", "1", "1"]
    with store.read() as work:
        assert work.districts.moves() == [done]


def test_moved_people_are_one_version_on_and_an_open_form_conflicts(store: SqlStore) -> None:
    known = person("Абай көшесі, 1-үй")
    put(store, known)
    move(store, StreetPart(("абаи",)))
    with store.read() as work:
        stored = work.patients.get(known.id)
    assert stored is not None
    assert stored.version == 2


def test_undo_brings_people_and_streets_back(store: SqlStore) -> None:
    people = [person(f"Абай көшесі, {house}-үй") for house in range(1, 9)]
    put(store, *people)
    whole = Street(StreetId(new_id()), "Абай көшесі", "абаи", ONE.id)
    odd = replace(whole, id=StreetId(new_id()), side=StreetSide.ODD, district_id=TWO.id)
    even = replace(whole, id=StreetId(new_id()), side=StreetSide.EVEN)
    with store.write() as work:
        work.districts.put_street(whole)
        work.commit()
    done = move(store, StreetPart(("абаи",), Houses(StreetSide.ODD)), StreetChange((whole,), (odd, even)))
    with store.read() as work:
        assert set(work.districts.streets()) == {odd, even}
        assert work.districts.street_counts() == {ONE.id: 1, TWO.id: 1}
        assert work.districts.moves() == [done]
    assert undo(store, done) == (4, 0, False)
    assert districts_of(store, *people) == ["1"] * 8
    with store.read() as work:
        assert work.districts.streets() == [whole]
        assert work.districts.moves()[0].is_undone
    with store.write() as work, pytest.raises(NotFound):
        work.districts.undo_move(done.id, "У.", NOW, no_progress, lambda: False)


def test_undo_leaves_those_who_were_moved_since(store: SqlStore) -> None:
    people = [person(f"Абай көшесі, {house}-үй") for house in (1, 2, 3)]
    put(store, *people)
    first = move(store, StreetPart(("абаи",)))
    second = move(store, StreetPart(("абаи",), Houses(house_to=1)), source=TWO, target=THREE)
    assert undo(store, first) == (2, 1, False)
    assert districts_of(store, *people) == ["3", "1", "1"]
    undo(store, second)
    assert districts_of(store, *people) == ["2", "1", "1"]


def test_changed_streets_stay_as_they_are(store: SqlStore) -> None:
    put(store, person("Абай көшесі, 1-үй"))
    whole = Street(StreetId(new_id()), "Абай көшесі", "абаи", ONE.id)
    given = replace(whole, id=StreetId(new_id()), district_id=TWO.id)
    with store.write() as work:
        work.districts.put_street(whole)
        work.commit()
    done = move(store, StreetPart(("абаи",)), StreetChange((whole,), (given,)))
    elsewhere = replace(given, district_id=THREE.id)
    with store.write() as work:
        work.districts.put_street(elsewhere)
        work.commit()
    assert undo(store, done) == (1, 0, True)
    with store.read() as work:
        assert work.districts.streets() == [elsewhere]


def test_a_stopped_move_leaves_nothing(store: SqlStore) -> None:
    people = [person(f"Абай көшесі, {house}-үй") for house in range(1, 4)]
    put(store, *people)
    with pytest.raises(Cancelled):
        move(store, StreetPart(("абаи",)), cancelled=lambda: True)
    assert districts_of(store, *people) == ["1"] * 3
    with store.read() as work:
        assert work.districts.moves() == []


def test_progress_ends_at_the_number_of_people(store: SqlStore) -> None:
    put(store, *(person(f"Абай көшесі, {house}-үй") for house in range(1, 4)))
    told: list[tuple[int, int | None]] = []
    move(store, StreetPart(("абаи",)), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)
