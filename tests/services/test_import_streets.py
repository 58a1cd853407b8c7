"""Imports of streets over the real encrypted store: whose the houses are, what is refused, undo."""

import pytest

from clinic_desk.domain.address import street_key
from clinic_desk.domain.clinic import District, DistrictKind
from clinic_desk.domain.errors import Conflict
from clinic_desk.domain.ids import DistrictId
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.table import SourceRow
from clinic_desk.services.changes import Kind
from clinic_desk.services.imports import BadRows, ImportService, Outcome, Preview
from clinic_desk.storage.database import SqlStore
from tests.services.test_imports import (  # noqa: F401 - fixtures
    ACTOR,
    apply,
    empty,
    imports,
    never,
    preview_of,
    store,
    table_of,
    unseen,
)

HEADINGS = ("Улица", "Дома", "Участок")
DISTRICTS = {
    "3": DistrictKind.GENERAL,
    "5": DistrictKind.GENERAL,
    "15": DistrictKind.THERAPEUTIC,
    "19": DistrictKind.PEDIATRIC,
}
pytestmark = pytest.mark.usefixtures("with_districts")


@pytest.fixture
def with_districts(store: SqlStore) -> None:  # noqa: F811
    with store.write() as work:
        for number, kind in DISTRICTS.items():
            work.clinic.put_district(District(DistrictId(number.rjust(32, "0")), number, kind))
        work.commit()


def preview(imports: ImportService, *rows: tuple[str, str, str]) -> Preview:  # noqa: F811
    return preview_of(imports, table_of(*rows, headings=HEADINGS), ImportKind.STREETS)


def problems(found: Preview) -> list[list[tuple[str, dict[str, object]]]]:
    return [[(p.code, dict(p.params)) for p in row.parsed.problems] for row in found.rows]


def held(store: SqlStore) -> list[tuple[str, str, str]]:  # noqa: F811
    """Street, houses and district of each stored part."""
    with store.read() as work:
        numbers = {d.id: d.number for d in work.clinic.districts()}
        return [
            (s.name, f"{s.side} {s.house_from or ''}-{s.house_to or ''}", numbers[s.district_id])
            for s in work.districts.streets()
        ]


def test_a_list_in_two_spellings_makes_the_parts_and_undo_takes_them_back(
    imports: ImportService,  # noqa: F811
    store: SqlStore,  # noqa: F811
) -> None:
    found = preview(
        imports,
        ("Бақша көшесі", "тақ", "3"),
        ("ул. Садовая", "нечётные", "№ 3"),
        ("ул. Садовая", "2,4,6", "5"),
    )
    assert found.counts[Outcome.NEW] == 3
    imported, change = imports.apply(found, ACTOR, skip_bad=False, progress=unseen, cancelled=never)
    assert change.touches(Kind.DISTRICT)
    assert sorted(held(store)) == [
        ("Бақша көшесі", "odd -", "3"),
        ("ул. Садовая", "even -6", "5"),
        ("ул. Садовая", "odd -", "3"),
    ]
    imports.undo(imported.import_id, ACTOR)
    assert held(store) == []


def test_the_same_list_again_changes_nothing(imports: ImportService) -> None:  # noqa: F811
    rows = (("Абай көшесі", "1-25", "3"), ("Абай көшесі", "26-50", "5"))
    apply(imports, preview(imports, *rows))
    assert preview(imports, *rows).counts[Outcome.SAME] == 2


def test_houses_of_two_districts_are_named_with_both_rows(
    imports: ImportService,  # noqa: F811
    store: SqlStore,  # noqa: F811
) -> None:
    found = preview(
        imports, ("Абай көшесі", "1-25", "3"), ("Гоголь", "", "3"), ("ул. Абай", "нечётные 20-40", "5")
    )
    assert problems(found) == [[], [], [("street.overlaps", {"line": 2, "district": "3"})]]
    with pytest.raises(BadRows):
        apply(imports, found)
    assert held(store) == []


def test_correcting_the_first_row_lets_the_second_stand(imports: ImportService) -> None:  # noqa: F811
    found = preview(imports, ("Абай көшесі", "1-25", "3"), ("Абай көшесі", "20-40", "5"))
    assert found.counts[Outcome.REFUSED] == 1
    again = imports.recheck(found, {2: SourceRow(2, ["Абай көшесі", "1-19", "3"])})
    assert again.counts[Outcome.NEW] == 2
    again = imports.recheck(again, {3: SourceRow(3, ["Абай көшесі", "19-40", "5"])})
    assert problems(again)[1] == [("street.overlaps", {"line": 2, "district": "3"})]


def test_adults_and_children_of_one_street_have_their_own_districts(
    imports: ImportService,  # noqa: F811
) -> None:
    found = preview(
        imports, ("Абай көшесі", "", "15"), ("Абай көшесі", "", "19"), ("Абай көшесі", "2-4", "3")
    )
    assert problems(found) == [[], [], [("street.overlaps", {"line": 2, "district": "15"})]]


@pytest.mark.parametrize("number", ["7", "05", "3а", "'; DROP TABLE streets; --"])
def test_an_unknown_district_is_refused(imports: ImportService, number: str) -> None:  # noqa: F811
    found = preview(imports, ("Абай көшесі", "", number))
    assert problems(found) == [[("street.unknown_district", {"district": number})]]


def test_houses_that_another_district_holds_stay_there(
    imports: ImportService,  # noqa: F811
    store: SqlStore,  # noqa: F811
) -> None:
    apply(imports, preview(imports, ("Абай көшесі", "", "3")))
    found = preview(imports, ("Абай көшесі", "чётные", "5"))
    assert problems(found) == [[("street.held", {"district": "3"})]]
    assert held(store) == [("Абай көшесі", "all -", "3")]


def test_exactly_a_stored_part_goes_to_the_district_that_the_list_says(
    imports: ImportService,  # noqa: F811
    store: SqlStore,  # noqa: F811
) -> None:
    apply(imports, preview(imports, ("Абай көшесі", "чётные", "3"), ("Абай көшесі", "нечётные", "3")))
    found = preview(imports, ("Абай көшесі", "жұп", "5"))
    assert found.counts[Outcome.CHANGED] == 1
    run = apply(imports, found)
    assert ("Абай көшесі", "even -", "5") in held(store)
    imports.undo(run, ACTOR)
    assert {district for _, _, district in held(store)} == {"3"}


def test_a_list_whose_street_was_cut_since_is_not_taken_back(
    imports: ImportService,  # noqa: F811
    store: SqlStore,  # noqa: F811
) -> None:
    run = apply(imports, preview(imports, ("Абай көшесі", "", "3")))
    with store.write() as work:
        (street,) = work.districts.streets_of(street_key("Абай"))
        work.districts.remove_streets([street.id])
        work.commit()
    with pytest.raises(Conflict):
        imports.undo(run, ACTOR)


def test_a_row_said_twice_is_written_once(imports: ImportService, store: SqlStore) -> None:  # noqa: F811
    found = preview(imports, ("Абай көшесі", "1-25", "3"), ("ул. Абай", "1-25", "3"))
    assert (found.counts[Outcome.NEW], found.counts[Outcome.SAME]) == (1, 1)
    assert [p.code for p in found.rows[1].parsed.warnings] == ["row.repeats"]
    apply(imports, found)
    assert len(held(store)) == 1
