"""Districts over the real encrypted store: loads against the norm, moves, what forbids them, undo."""

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_desk.domain.address import street_key
from clinic_desk.domain.attachment import AttachmentCase
from clinic_desk.domain.clinic import District, DistrictKind
from clinic_desk.domain.districts import AgeGroup, DistrictLoad, DistrictMove, Selection, StreetPart
from clinic_desk.domain.errors import Cancelled, Conflict, NotFound, RuleBroken
from clinic_desk.domain.ids import (
    AttachmentCaseId,
    DistrictId,
    DistrictMoveId,
    OperationId,
    PatientId,
    StreetId,
)
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.street_parts import Houses
from clinic_desk.domain.streets import Street, StreetSide
from clinic_desk.services.changes import Kind
from clinic_desk.services.districts import DistrictService
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import BulkKind
from clinic_desk.services.redistricting import RedistrictingService
from clinic_desk.services.referrals import ReasonNeeded
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.rules_of_the_day import shipped_documents
from clinic_desk.storage.database import SqlStore
from tests.services.desk import ACTOR, DISTRICT, DOCTOR, NOW, TODAY, DeskOverStore
from tests.storage.examples import patient

GENERAL = District(DISTRICT, "7", DistrictKind.GENERAL, DOCTOR)
OTHER = District(DistrictId("b" * 32), "8", DistrictKind.GENERAL, DOCTOR)
ADULTS = District(DistrictId("c" * 32), "15", DistrictKind.THERAPEUTIC)
CHILDREN = District(DistrictId("d" * 32), "19", DistrictKind.PEDIATRIC)
ALL = (GENERAL, OTHER, ADULTS, CHILDREN)
CHILD, ADULT = dt.date(2015, 5, 5), dt.date(1988, 2, 14)
ABAI = street_key("Абай")
WHOLE = Selection(GENERAL.id, StreetPart((ABAI,)))


def rules(norm: int = 1700) -> RuleBook:
    """The program's own rules with another norm for general districts."""
    documents = dict(shipped_documents())
    rows = [
        row | {"norm": norm} if row["kind"] == "general" else row
        for row in documents["district_norms"]["rows"]
    ]
    return RuleBook(documents | {"district_norms": documents["district_norms"] | {"rows": rows}})


def nothing(_: int, __: int | None) -> None: ...


def never() -> bool:
    return False


class Town:
    """A street of one district with ten houses, a child and an adult in each."""

    def __init__(self, desk: DeskOverStore, norm: int = 1700) -> None:
        self.store = desk.store
        self.districts = DistrictService(desk.store, desk.clock, rules(norm))
        self.moving = RedistrictingService(desk.store, desk.clock, rules(norm))
        self.people = [
            person(f"Абай көшесі, {house}-үй", born) for house in range(1, 11) for born in (CHILD, ADULT)
        ]
        with desk.store.write() as work:
            for district in ALL:
                work.clinic.put_district(district)
            work.bulk.write(BulkKind.PATIENTS, self.people)
            work.districts.put_street(Street(StreetId(new_id()), "Абай көшесі", ABAI, GENERAL.id))
            work.commit()

    def move(self, selection: Selection, to: District, **more: Any) -> DistrictMove:
        more = {"progress": nothing, "cancelled": never} | more
        return self.moving.move(selection, to.id, ACTOR, **more)[0]

    def undo(self, move_id: DistrictMoveId, **more: Any) -> Any:
        more = {"progress": nothing, "cancelled": never} | more
        return self.moving.undo(move_id, ACTOR, **more)[0]

    def numbers(self) -> list[str]:
        """The district of each person in the order they were made."""
        known = {d.id: d.number for d in ALL}
        with self.store.read() as work:
            found = [work.patients.get(p.id) for p in self.people]
        return [known[p.attachment.district_id] for p in found if p and p.attachment.district_id]

    def load(self, district: District) -> DistrictLoad:
        row = self.districts.overview().row(district.id)
        assert row is not None
        return row.load

    def streets(self) -> set[tuple[str, Houses]]:
        known = {d.id: d.number for d in ALL}
        with self.store.read() as work:
            return {(known[s.district_id], Houses.of(s)) for s in work.districts.streets()}


def person(address: str, born: dt.date | None = ADULT, district: District = GENERAL) -> Patient:
    return replace(patient(born=born, district=district), address=address, version=1)


@pytest.fixture
def town(desk: DeskOverStore) -> Town:
    return Town(desk)


def codes(found: Any) -> list[str]:
    return [finding.code for finding in found.findings]


def rows_of(store: SqlStore) -> dict[str, list[Any]]:
    """Every row of people, streets and their word indexes, without what counts changes."""
    with store.read() as work:
        driver: Any = work.districts._driver  # type: ignore[attr-defined]
        names = [row[1] for row in driver.execute("PRAGMA table_info(patients)")]
        kept = ", ".join(n for n in names if n not in {"version", "updated_at"})
        return {
            "patients": driver.execute(f"SELECT {kept} FROM patients ORDER BY seq").fetchall(),
            "words": driver.execute("SELECT rowid, words FROM patient_words ORDER BY rowid").fetchall(),
            "streets": driver.execute(
                "SELECT id, street, street_key, side, house_from, house_to, district_id "
                "FROM streets ORDER BY id"
            ).fetchall(),
        }


def test_the_overview_counts_people_against_the_norm_and_a_doctors_districts_together(town: Town) -> None:
    town.move(Selection(GENERAL.id, StreetPart((ABAI,), Houses(house_to=4))), OTHER)
    seen = town.districts.overview()
    row = seen.row(GENERAL.id)
    assert row is not None
    assert row.doctor is not None
    assert (row.load, row.norm.people, row.norm.is_uncertain) == (DistrictLoad(12, 6), 1700, True)
    assert (row.doctor_people, row.doctor_districts, row.streets) == (20, 2, 1)
    assert (seen.total, seen.child_years) == (DistrictLoad(20, 10), 18)
    empty = seen.row(CHILDREN.id)
    assert empty is not None
    assert (empty.load, empty.doctor, empty.doctor_people) == (DistrictLoad(), None, 0)


def test_the_streets_of_a_district_with_those_who_live_elsewhere(town: Town) -> None:
    with town.store.write() as work:
        work.bulk.write(BulkKind.PATIENTS, [person("Гоголь көшесі, 1-үй"), person("")])
        work.commit()
    seen = town.districts.streets(GENERAL.id)
    assert [(s.name, s.people, len(s.parts)) for s in seen.streets] == [
        ("Абай көшесі", 20, 1),
        ("Гоголь көшесі", 1, 0),
    ]
    assert (seen.elsewhere, seen.unknown) == (1, 1)


def test_a_preview_shows_both_districts_before_and_after_and_writes_nothing(town: Town) -> None:
    before = rows_of(town.store)
    seen = town.moving.preview(Selection(GENERAL.id, StreetPart((ABAI,), Houses(StreetSide.ODD))), OTHER.id)
    assert seen.people == DistrictLoad(10, 5)
    assert (seen.source.before, seen.source.after) == (DistrictLoad(20, 10), DistrictLoad(10, 5))
    assert seen.target is not None
    assert (seen.target.before, seen.target.after) == (DistrictLoad(), DistrictLoad(10, 5))
    assert len(seen.examples) == 3
    assert seen.is_possible
    assert not seen.needs_reason
    assert codes(seen) == []
    assert rows_of(town.store) == before


def test_a_street_goes_with_its_people_and_comes_back(town: Town) -> None:
    before = rows_of(town.store)
    move = town.move(Selection(GENERAL.id, StreetPart((ABAI,), Houses(StreetSide.ODD, None, 5))), OTHER)
    assert move.people == 6
    assert town.numbers() == ["8", "8", "7", "7"] * 2 + ["8", "8"] + ["7"] * 10
    assert town.streets() == {
        ("7", Houses(StreetSide.EVEN)),
        ("7", Houses(StreetSide.ODD, 7)),
        ("8", Houses(StreetSide.ODD, None, 5)),
    }
    (row,) = town.districts.moves()
    assert (row.source.number, row.target.number, row.streets) == ("7", "8", ("Абай көшесі",))
    undone = town.undo(move.id)
    assert (undone.people, undone.left) == (6, 0)
    assert rows_of(town.store) == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    side=st.sampled_from(StreetSide),
    ends=st.tuples(st.integers(1, 6), st.integers(6, 12)),
    open_end=st.booleans(),
    ages=st.none() | st.tuples(st.integers(0, 40), st.integers(40, 60)),
)
def test_a_move_and_its_undo_leave_every_row_as_it_was(
    town: Town, side: StreetSide, ends: tuple[int, int], open_end: bool, ages: tuple[int, int] | None
) -> None:
    before = rows_of(town.store)
    part = StreetPart((ABAI,), Houses(side, ends[0], None if open_end else ends[1]))
    group = AgeGroup(*ages, TODAY) if ages else None
    try:
        move = town.move(Selection(GENERAL.id, part, group), OTHER)
    except RuleBroken:  # nobody is of that age there
        return
    assert rows_of(town.store) != before
    town.undo(move.id)
    assert rows_of(town.store) == before


def test_adults_are_not_taken_by_a_pediatric_district_nor_children_by_a_therapeutic_one(town: Town) -> None:
    for target, code in ((CHILDREN, "district.too_old"), (ADULTS, "district.too_young")):
        seen = town.moving.preview(WHOLE, target.id)
        assert codes(seen) == [code]
        (finding,) = seen.findings
        assert (finding.params["n"], finding.instead) == (10, ("narrow_ages",))
        with pytest.raises(RuleBroken):
            town.move(WHOLE, target)
    assert set(town.numbers()) == {"7"}


@pytest.mark.parametrize(
    ("years", "target", "possible"),
    [
        ((0, 17), CHILDREN, True),
        ((0, 18), CHILDREN, True),
        ((18, None), ADULTS, True),
        ((11, None), ADULTS, False),
    ],
)
def test_the_ages_can_be_narrowed_to_what_the_district_takes(
    town: Town, years: tuple[int, int | None], target: District, possible: bool
) -> None:
    seen = town.moving.preview(replace(WHOLE, ages=AgeGroup(*years, TODAY)), target.id)
    assert seen.is_possible is possible
    assert "district.street_kept" in codes(seen)


def test_the_street_stays_listed_when_only_an_age_group_goes(town: Town) -> None:
    move = town.move(replace(WHOLE, ages=AgeGroup(0, 17, TODAY)), CHILDREN)
    assert move.people == 10
    assert town.streets() == {("7", Houses())}


def test_over_the_norm_a_reason_and_a_senior_are_asked_for(desk: DeskOverStore) -> None:
    town = Town(desk, norm=19)
    seen = town.moving.preview(WHOLE, OTHER.id)
    assert seen.needs_reason
    assert [f.params for f in seen.findings] == [{"n": 1, "district": "8", "people": 20, "norm": 19}]
    for given_words in (
        {},
        {"reason": "Дәрігер демалыста"},
        {"allowed_by": "Аға"},
        {"reason": " ", "allowed_by": " "},
    ):
        with pytest.raises(ReasonNeeded):
            town.move(WHOLE, OTHER, **given_words)
    move = town.move(WHOLE, OTHER, reason=" Дәрігер демалыста ", allowed_by="Ахметова Д.")
    assert (move.reason, move.allowed_by) == ("Дәрігер демалыста", "Ахметова Д.")
    assert town.districts.moves()[0].move == move


def test_all_districts_of_a_doctor_count_against_the_norm(desk: DeskOverStore) -> None:
    town = Town(desk, norm=15)
    third = replace(OTHER, id=DistrictId("e" * 32), number="9")
    with town.store.write() as work:
        for district in (replace(GENERAL, doctor_id=None), third):
            work.clinic.put_district(district)
        work.commit()
    half = Selection(GENERAL.id, StreetPart((ABAI,), Houses(StreetSide.ODD)))
    town.move(half, third)
    seen = town.moving.preview(Selection(GENERAL.id, StreetPart((ABAI,))), OTHER.id)
    assert [(f.code, f.params.get("people")) for f in seen.findings] == [("district.doctor_over_norm", 20)]
    assert seen.needs_reason
    between = town.moving.preview(Selection(third.id, StreetPart((ABAI,))), OTHER.id)
    assert codes(between) == []


def test_just_the_norm_needs_no_reason(desk: DeskOverStore) -> None:
    assert not Town(desk, norm=20).moving.preview(WHOLE, OTHER.id).needs_reason


def test_what_cannot_be_a_move_is_said_at_once(town: Town) -> None:
    assert codes(town.moving.preview(WHOLE, None)) == ["district.no_target"]
    assert codes(town.moving.preview(WHOLE, GENERAL.id)) == ["district.same_district"]
    nobody = Selection(GENERAL.id, StreetPart(("жоқ көше",)))
    assert codes(town.moving.preview(nobody, OTHER.id))[0] == "district.nobody"
    with pytest.raises(NotFound):
        town.moving.preview(WHOLE, DistrictId("f" * 32))
    with pytest.raises(ValueError, match="street or an age group"):
        Selection(GENERAL.id)


def test_people_without_a_house_and_open_cases_are_named(town: Town) -> None:
    homeless = person("Абай көшесі")
    with town.store.write() as work:
        work.bulk.write(BulkKind.PATIENTS, [homeless])
        work.attachments.add(
            AttachmentCase(
                AttachmentCaseId(new_id()),
                town.people[0].id,
                OperationId(new_id()),
                NOW,
                "Т.",
                district_id=ADULTS.id,
            ),
            by="Т.",
            at=NOW,
        )
        work.commit()
    selection = Selection(GENERAL.id, StreetPart((ABAI,), Houses(house_to=2)))
    seen = town.moving.preview(selection, OTHER.id)
    assert {f.code: f.params["n"] for f in seen.findings} == {
        "district.without_house": 1,
        "district.open_cases": 1,
    }
    town.move(selection, OTHER)
    with town.store.read() as work:
        case = work.attachments.open_of(town.people[0].id)
        stays = work.patients.get(homeless.id)
    assert case is not None
    assert case.district_id == ADULTS.id
    assert stays is not None
    assert stays.attachment.district_id == GENERAL.id


def test_a_street_that_is_not_listed_moves_its_people_only(town: Town) -> None:
    with town.store.write() as work:
        work.bulk.write(BulkKind.PATIENTS, [person("Гоголь көшесі, 1-үй")])
        work.commit()
    selection = Selection(GENERAL.id, StreetPart((street_key("Гоголь"),)))
    assert codes(town.moving.preview(selection, OTHER.id)) == ["district.street_not_listed"]
    town.move(selection, OTHER)
    assert town.streets() == {("7", Houses())}


def test_undo_asks_about_those_who_were_moved_since(town: Town) -> None:
    first = town.move(WHOLE, OTHER)
    town.move(Selection(OTHER.id, StreetPart((ABAI,), Houses(house_to=1))), GENERAL)
    assert town.moving.undoable(first.id)[:2] == (18, 2)
    with pytest.raises(Conflict) as refused:
        town.undo(first.id)
    assert refused.value.params == {"n": 2}
    town.undo(first.id, leaving=2)
    assert set(town.numbers()) == {"7"}
    with pytest.raises(NotFound):
        town.undo(first.id, leaving=2)


def test_somebody_attached_anew_since_stays(town: Town) -> None:
    move = town.move(WHOLE, OTHER)
    one = town.people[0].id
    with town.store.write() as work:
        stored = work.patients.get(one)
        assert stored is not None
        work.patients.save(replace(stored, attachment=replace(stored.attachment, district_id=ADULTS.id)))
        work.commit()
    assert town.undo(move.id, leaving=1)[:2] == (19, 1)
    assert town.numbers()[0] == "15"


def test_a_stopped_move_or_undo_changes_nothing(town: Town) -> None:
    before = rows_of(town.store)
    with pytest.raises(Cancelled):
        town.move(WHOLE, OTHER, cancelled=lambda: True)
    assert rows_of(town.store) == before
    move = town.move(WHOLE, OTHER)
    moved = rows_of(town.store)
    with pytest.raises(Cancelled):
        town.undo(move.id, cancelled=lambda: True)
    assert rows_of(town.store) == moved
    assert not town.districts.moves()[0].move.is_undone


def test_the_log_says_how_many_and_no_names(desk: DeskOverStore, town: Town) -> None:
    move, change = town.moving.move(WHOLE, OTHER.id, ACTOR, progress=nothing, cancelled=never)
    assert change.touches(Kind.DISTRICT)
    assert change.touches(Kind.PATIENT, PatientId("any"))
    town.undo(move.id)
    lines = desk.audit("district_move", move.id)
    assert [(line.action, list(line.fields)) for line in lines] == [
        ("district.move", ["people=20", "children=10"]),
        ("district.undo", ["people=20", "left=0"]),
    ]


def test_a_street_taken_off_the_list_is_put_back(desk: DeskOverStore, town: Town) -> None:
    (street,) = town.districts.streets(GENERAL.id).streets[0].parts
    assert town.districts.remove_street(street, ACTOR).touches(Kind.DISTRICT)
    assert town.streets() == set()
    assert set(town.numbers()) == {"7"}
    town.districts.put_street(street, ACTOR)
    assert town.streets() == {("7", Houses())}
    assert [line.action for line in desk.audit("street", street.id)] == [
        "district.street_removed",
        "district.street_put",
    ]


def test_progress_grows_to_the_number_of_people(town: Town) -> None:
    told: list[tuple[int, int | None]] = []
    town.move(WHOLE, OTHER, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (20, 20)
    assert all(one[0] <= other[0] for one, other in itertools.pairwise(told))
