"""Imports over the real encrypted store: preview, refusal, skipping, undo, cancelling, correcting."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.errors import Cancelled, Conflict, NotFound
from clinic_desk.domain.imports.columns import InvalidMapping
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.table import SourceRow, Table, UnusableFile
from clinic_desk.domain.patient import NoIinReason
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Kind
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.imports import BadRows, ColumnsNotClear, ImportService, Outcome, Preview
from clinic_desk.services.ports import BulkKind
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.tabular.reader import read_list
from tests.supplier_lists import BROKEN, HEADINGS, ROWS, broken_rows, supplier_rows, write_list

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
KEY = bytes(range(32))
ACTOR = Actor("Сәбитова Г.", Desk())


def never() -> bool:
    return False


def unseen(done: int, total: int | None) -> None:
    pass


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "clinic.db"
    open_store(path, KEY, create=True, profile_id="p" * 32).close()
    return path


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Iterator[SqlStore]:
    shutil.copy2(empty, tmp_path / "clinic.db")
    opened = open_store(tmp_path / "clinic.db", KEY, create=False, profile_id="p" * 32)
    yield opened
    opened.close()


@pytest.fixture
def imports(store: SqlStore) -> ImportService:
    return ImportService(store, FixedClock(NOW), read_list, shipped_book())


def table_of(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> Table:
    lines = [SourceRow(line, list(row)) for line, row in enumerate(rows, start=2)]
    return Table("utf-8", ";", None, (), headings, 1, (), None, lines)


def preview_of(
    imports: ImportService, table: Table, kind: ImportKind = ImportKind.SUPPLIERS, **mapping: str
) -> Preview:
    columns = imports.columns(kind, table.headings, mapping)
    return imports.preview(kind, table, columns, unseen, never)


def suppliers(store: SqlStore) -> dict[str, str]:
    with store.read() as work:
        return {s.bin: s.name for s in work.catalogue.suppliers()}


def apply(imports: ImportService, preview: Preview, *, skip_bad: bool = False) -> str:
    imported, _ = imports.apply(preview, ACTOR, skip_bad=skip_bad, progress=unseen, cancelled=never)
    return imported.import_id


@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "xlsx"])
def test_a_list_of_5000_with_3_broken_rows_in_every_encoding(
    imports: ImportService, store: SqlStore, tmp_path: Path, form: str
) -> None:
    path = write_list(tmp_path, form)
    before = path.read_bytes()
    table, file_hash = imports.read(path, unseen, never)
    preview = preview_of(imports, table)

    assert len(preview.rows) == ROWS
    assert {
        row.line: (row.parsed.problems[0].column, row.parsed.problems[0].code) for row in preview.refused
    } == {line: (HEADINGS[column], code) for line, (column, _, code) in BROKEN.items()}
    assert preview.counts[Outcome.NEW] == preview.good == ROWS - 3

    with pytest.raises(BadRows) as refusal:
        imports.apply(preview, ACTOR, skip_bad=False, progress=unseen, cancelled=never)
    assert refusal.value.params == {"n": 3}
    assert [row.line for row in refusal.value.preview.refused] == sorted(BROKEN)
    assert suppliers(store) == {}
    assert imports.history() == []

    imported, change = imports.apply(
        preview, ACTOR, skip_bad=True, progress=unseen, cancelled=never, file_hash=file_hash
    )
    wanted = {row[0]: row[1] for line, row in enumerate(supplier_rows(), start=2) if line not in BROKEN}
    assert suppliers(store) == wanted
    assert len(wanted) == imported.counts[Outcome.NEW] == 4_997
    assert change.touches(Kind.CATALOGUE)
    (run,) = imports.history()
    assert (run.new, run.refused, run.by, run.file_hash) == (4_997, 3, "Сәбитова Г.", file_hash)
    assert path.read_bytes() == before

    again = preview_of(imports, table)
    assert again.counts[Outcome.SAME] == 4_997


def test_undo_puts_everything_back(imports: ImportService, store: SqlStore) -> None:
    rows = supplier_rows(6)
    apply(imports, preview_of(imports, table_of(*rows[:3])))
    before = suppliers(store)
    renamed = (rows[0][0], "«Жаңа атау» клиникасы", *rows[0][2:])
    second = apply(imports, preview_of(imports, table_of(renamed, *rows[1:])))
    assert suppliers(store)[rows[0][0]] == "«Жаңа атау» клиникасы"
    assert len(suppliers(store)) == 6

    imports.undo(second, ACTOR)
    assert suppliers(store) == before
    assert [run.is_undone for run in imports.history()] == [True, False]
    with pytest.raises(NotFound):
        imports.undo(second, ACTOR)


def test_an_import_whose_records_were_changed_since_is_not_undone(
    imports: ImportService, store: SqlStore
) -> None:
    rows = supplier_rows(2)
    first = apply(imports, preview_of(imports, table_of(*rows)))
    apply(imports, preview_of(imports, table_of((rows[0][0], "Басқа атау", *rows[0][2:]))))
    before = suppliers(store)
    with pytest.raises(Conflict):
        imports.undo(first, ACTOR)
    assert suppliers(store) == before


@pytest.mark.parametrize("stops_after", [0, 1, 2])
def test_cancelling_leaves_nothing(imports: ImportService, store: SqlStore, stops_after: int) -> None:
    preview = preview_of(imports, table_of(*supplier_rows()))
    seen: list[int] = []

    def progress(done: int, total: int | None) -> None:
        assert total == ROWS
        seen.append(done)

    with pytest.raises(Cancelled):
        imports.apply(
            preview, ACTOR, skip_bad=False, progress=progress, cancelled=lambda: len(seen) >= stops_after
        )
    assert len(seen) == stops_after
    assert suppliers(store) == {}
    assert imports.history() == []
    apply(imports, preview)
    assert len(suppliers(store)) == ROWS


def test_what_happened_since_the_preview_is_seen(imports: ImportService, store: SqlStore) -> None:
    rows = supplier_rows(2)
    preview = preview_of(imports, table_of(*rows))
    apply(imports, preview_of(imports, table_of(rows[0])))
    imported, _ = imports.apply(preview, ACTOR, skip_bad=False, progress=unseen, cancelled=never)
    assert imported.counts[Outcome.SAME] == imported.counts[Outcome.NEW] == 1
    assert len(suppliers(store)) == 2


def test_a_missing_cell_takes_nothing_away(imports: ImportService, store: SqlStore) -> None:
    row = supplier_rows(1)[0]
    apply(imports, preview_of(imports, table_of(row)))
    table = table_of((row[0], "«Жаңа» клиникасы"), headings=HEADINGS[:2])
    preview = preview_of(imports, table)
    assert preview.rows[0].fields == ("name",)
    apply(imports, preview)
    with store.read() as work:
        supplier = work.catalogue.supplier_by_bin(row[0])
    assert supplier is not None
    assert (supplier.region, supplier.state.value, len(supplier.cares)) == ("Астана", "included", 1)


def test_people_without_an_iin_come_with_what_is_known_of_them(
    imports: ImportService, store: SqlStore
) -> None:
    headings = ("Фамилия", "Имя", "Дата рождения", "Пол", "ИИН матери", "Гражданство", "Номер документа")
    table = table_of(
        ("Үлгібай", "Сәуле", "20.11.2026", "ж", "900101300007", "", "12-345"),
        ("Каримов", "Рустам", "05.07.1981", "м", "", "UZB", "AA1"),
        ("Оразов", "Ерлан", "02.03.1970", "м", "", "KAZ", ""),
        headings=headings,
    )
    apply(imports, preview_of(imports, table, ImportKind.PATIENTS))
    with store.read() as work:
        found = {
            patient.name.surname: patient
            for surname, born in (
                ("улгибаи", "2026-11-20"),
                ("каримов", "1981-07-05"),
                ("оразов", "1970-03-02"),
            )
            for patient in work.patients.look_alikes(
                name_key="",
                surname_key=surname,
                birth_date=dt.date.fromisoformat(born),
                phone="",
                limit=2,
            )
        }
        lines = work.history.of_patient(found["Каримов"].id)
    assert {name: patient.no_iin_reason for name, patient in found.items()} == {
        "Үлгібай": NoIinReason.NEWBORN,
        "Каримов": NoIinReason.FOREIGNER,
        "Оразов": NoIinReason.DOCUMENT_NOT_AT_HAND,
    }
    assert found["Үлгібай"].document_number == "12-345"
    assert [line.changes["citizenship"] for line in lines] == [("", "UZB")]


def test_a_mapping_is_remembered_when_it_was_used(imports: ImportService) -> None:
    headings = ("Номер", "Как зовут")
    table = table_of(*[row[:2] for row in supplier_rows(2)], headings=headings)
    with pytest.raises(ColumnsNotClear) as unclear:
        preview_of(imports, table)
    assert unclear.value.columns.missing_required == (("name",),)
    preview = preview_of(imports, table, bin="Номер", name="Как зовут")
    assert imports.columns(ImportKind.SUPPLIERS, headings).found == {}
    apply(imports, preview)
    assert imports.columns(ImportKind.SUPPLIERS, headings).found == {"bin": 0, "name": 1}
    # What a person says now wins over what was remembered.
    assert imports.columns(ImportKind.SUPPLIERS, headings, {"name": "Номер"}).found == {"name": 0}
    with pytest.raises(InvalidMapping):
        imports.columns(ImportKind.SUPPLIERS, headings, {"name": "Нет такого"})


def test_what_a_person_chose_about_the_file_is_followed(imports: ImportService, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("Код|Наименование; полное\r\nA02.004.000|Приём; врача\r\n".encode("cp1251"))
    table, _ = imports.read(path, unseen, never)
    assert (table.delimiter, table.encoding) == (";", "cp1251")
    table, _ = imports.read(path, unseen, never, delimiter="|")
    assert table.headings == ("Код", "Наименование; полное")
    table, _ = imports.read(path, unseen, never, delimiter="|", encoding="cp866")
    assert (table.delimiter, table.encoding) == ("|", "cp866")
    assert table.headings[0] != "Код"


def test_a_file_beyond_the_limits_is_refused(imports: ImportService, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("Код;Наименование\n" + "A02.004.000;Приём\n" * 50_001)
    with pytest.raises(UnusableFile) as refusal:
        imports.read(path, unseen, never)
    assert (refusal.value.code, refusal.value.params) == ("too_many_rows", {"limit": 50_000})


# Correcting and leaving out rows --------------------------------------------------------------


def corrected(row: SourceRow, column: int, text: str) -> SourceRow:
    cells = list(row.cells)
    cells[column] = text
    return row._replace(cells=cells)


def test_a_corrected_row_is_checked_again_and_imported(imports: ImportService, store: SqlStore) -> None:
    rows = [list(row) for row in supplier_rows(5)]
    rows[2][4] = "Партнёр"
    preview = preview_of(imports, table_of(*map(tuple, rows)))
    assert preview.counts[Outcome.REFUSED] == 1

    still_bad = imports.recheck(preview, {4: corrected(preview.table.rows[2], 4, "Друг")})
    assert still_bad.counts[Outcome.REFUSED] == 1
    good = imports.recheck(preview, {4: corrected(preview.table.rows[2], 4, "Соисполнитель")})
    assert (good.counts[Outcome.REFUSED], good.counts[Outcome.NEW]) == (0, 5)
    assert preview.counts[Outcome.REFUSED] == 1
    apply(imports, good)
    assert len(suppliers(store)) == 5


def test_a_row_left_out_is_not_imported(imports: ImportService, store: SqlStore) -> None:
    rows = supplier_rows(3)
    preview = imports.recheck(preview_of(imports, table_of(*rows)), {3: None})
    assert [row.line for row in preview.rows] == [2, 4]
    apply(imports, preview)
    assert set(suppliers(store)) == {rows[0][0], rows[2][0]}


def _same_as_whole(imports: ImportService, preview: Preview, edits: dict[int, SourceRow | None]) -> Preview:
    """The preview after edits, proven equal to comparing the whole edited list anew."""
    quick = imports.recheck(preview, edits)
    rows = [edits.get(row.line, row) for row in preview.table.rows]
    table = Table("utf-8", ";", None, (), HEADINGS, 1, (), None, [row for row in rows if row is not None])
    whole = imports.preview(preview.kind, table, preview.columns, unseen, never)
    assert quick.rows == whole.rows
    assert quick.counts == whole.counts
    assert quick.table == whole.table
    return quick


def test_a_correction_touches_the_rows_of_the_same_subject(imports: ImportService) -> None:
    a, b = supplier_rows(2)
    other = (a[0], "Басқа атау", *a[2:])
    preview = preview_of(imports, table_of(a, b, other, a))
    assert [row.outcome for row in preview.rows] == [
        Outcome.NEW,
        Outcome.NEW,
        Outcome.REFUSED,
        Outcome.SAME,
    ]
    assert preview.rows[2].parsed.problems[0].code == "row.contradicts"

    without_first = _same_as_whole(imports, preview, {2: None})
    assert [row.outcome for row in without_first.rows] == [Outcome.NEW, Outcome.NEW, Outcome.REFUSED]
    _same_as_whole(imports, preview, {4: None})
    _same_as_whole(imports, preview, {2: corrected(preview.table.rows[0], 0, b[0])})
    _same_as_whole(imports, preview, {4: corrected(preview.table.rows[2], 0, supplier_rows(9)[8][0])})
    _same_as_whole(imports, preview, {2: None, 4: None, 5: None})
    _same_as_whole(imports, preview, {3: corrected(preview.table.rows[1], 0, a[0])})


def test_correcting_among_many_rows_compares_few(
    imports: ImportService, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = preview_of(imports, table_of(*map(tuple, broken_rows())))
    asked: list[int] = []
    from clinic_desk.storage.bulk import SqlBulk

    real = SqlBulk.existing

    def counting(self: SqlBulk, kind: BulkKind, keys: list[object]) -> dict[object, object]:
        asked.append(len(keys))
        return real(self, kind, keys)

    monkeypatch.setattr(SqlBulk, "existing", counting)
    row = next(row for row in preview.table.rows if row.line == 2_501)
    after = imports.recheck(preview, {2_501: corrected(row, 4, "Поставщик")})
    assert after.counts[Outcome.REFUSED] == 2
    assert sum(asked) == 1


# Kinds that name other records, and what is made beside ----------------------------------------


def test_offers_name_suppliers_and_services_that_must_be_there(imports: ImportService) -> None:
    supplier = supplier_rows(1)[0]
    headings = ("БИН поставщика", "Код услуги", "Ожидание, дней")
    offer = table_of((supplier[0], "A02.004.000", "7"), headings=headings)
    refused = preview_of(imports, offer, ImportKind.OFFERS)
    assert [p.code for p in refused.rows[0].parsed.problems] == ["offer.unknown_supplier"]
    apply(imports, preview_of(imports, table_of(supplier)))
    refused = preview_of(imports, offer, ImportKind.OFFERS)
    assert [p.code for p in refused.rows[0].parsed.problems] == ["offer.unknown_service"]
    services = table_of(("A02.004.000", "Приём"), headings=("Код", "Наименование"))
    apply(imports, preview_of(imports, services, ImportKind.SERVICES))
    good = preview_of(imports, offer, ImportKind.OFFERS)
    assert good.counts[Outcome.NEW] == 1
    apply(imports, good)
    assert preview_of(imports, offer, ImportKind.OFFERS).counts[Outcome.SAME] == 1


def test_doctors_bring_their_districts(imports: ImportService, store: SqlStore) -> None:
    headings = ("Код", "Фамилия", "Имя", "Участок")
    table = table_of(("V1", "Оспанова", "Гүлнар", "12"), headings=headings)
    run = apply(imports, preview_of(imports, table, ImportKind.DOCTORS))
    with store.read() as work:
        (district,) = work.clinic.districts()
        doctor = work.clinic.doctor_by_code("V1")
    assert doctor is not None
    assert (district.number, district.doctor_id) == ("12", doctor.id)
    imports.undo(run, ACTOR)
    with store.read() as work:
        assert work.clinic.districts() == []
        assert work.clinic.doctors() == []


def test_patients_and_warnings_about_look_alikes(imports: ImportService, store: SqlStore) -> None:
    headings = ("ИИН", "Фамилия", "Имя", "Дата рождения", "Пол")
    # The surname begins with a Latin C.
    table = table_of(("", "Cәбитова", "Айсұлу", "14.02.1988", "ж"), headings=headings)
    preview = preview_of(imports, table, ImportKind.PATIENTS)
    codes = {warning.code for warning in preview.rows[0].parsed.warnings}
    assert codes == {"name.look_alike", "iin.missing"}
    assert preview.warned == list(preview.rows)
    imports.apply(preview, ACTOR, skip_bad=False, progress=unseen, cancelled=never)
    with store.read() as work:
        assert work.patients.count() == 1


def test_titles_of_icd_pass_over_blocks(imports: ImportService) -> None:
    table = table_of(
        ("I10", "Эссенциальная гипертензия"),
        ("I10-I15", "Болезни с повышенным давлением"),
        headings=("MKB_CODE", "MKB_NAME"),
    )
    preview = preview_of(imports, table, ImportKind.ICD10)
    assert preview.counts[Outcome.PASSED_OVER] == 1
    assert preview.counts[Outcome.REFUSED] == 0


def test_a_preview_can_be_stopped_and_tells_how_far_it_is(imports: ImportService) -> None:
    table = table_of(*supplier_rows())
    columns = imports.columns(ImportKind.SUPPLIERS, table.headings)
    seen: list[tuple[int, int | None]] = []
    stop: Callable[[], bool] = lambda: len(seen) == 2  # noqa: E731
    with pytest.raises(Cancelled):
        imports.preview(
            ImportKind.SUPPLIERS, table, columns, lambda done, total: seen.append((done, total)), stop
        )
    assert seen == [(2_000, ROWS), (4_000, ROWS)]
