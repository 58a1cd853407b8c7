"""Rule tables from files into a real store: whole or not at all, from a day on, undone, after a restart."""

import datetime as dt
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from clinic_desk.domain.errors import NotFound
from clinic_desk.domain.ids import OperationId, RuleDocumentId
from clinic_desk.domain.imports.table import UnusableFile
from clinic_desk.domain.referral import Referral
from clinic_desk.domain.rule_tables import SCHEMAS
from clinic_desk.domain.rule_tables.checking import check_document
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.rule_book import RuleBook, RuleDocument
from clinic_desk.services.rule_files import RuleFileUnusable, read_rule_file
from clinic_desk.services.rule_imports import (
    CannotApply,
    Follower,
    RuleImportService,
    RulesRefused,
)
from clinic_desk.services.rules_of_the_day import TABLES, shipped_book, shipped_documents
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.tabular.reader import read_list
from tests.assembled import assembled
from tests.services.desk import ACTOR, KEY, NOW, PROFILE_ID, TODAY, DeskOverStore, MovableClock, form_of

NEXT_YEAR = dt.date(2027, 1, 1)


class Rules:
    """The import of rules over one store file, and a second opening of the same file."""

    def __init__(self, folder: Path, followers: list[Follower] | None = None) -> None:
        self.folder = folder
        self.clock = MovableClock(NOW)
        self.followers = followers if followers is not None else []
        self.open()

    def open(self) -> None:
        path = self.folder / "clinic.db"
        self.store: SqlStore = open_store(path, KEY, create=not path.exists(), profile_id=PROFILE_ID)
        self.book: RuleBook = shipped_book()
        self.service = RuleImportService(self.store, self.clock, self.book, read_list, self.followers)
        self.service.load()

    def restart(self) -> None:
        self.store.close()
        self.open()

    def file(self, document: object, name: str = "table.json") -> Path:
        path = self.folder / name
        path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        return path

    def bring(self, document: object, day: dt.date | None = None) -> RuleDocument:
        preview = self.service.preview(self.service.read(self.file(document)), day)
        return self.service.apply(preview, ACTOR, reason="an order")[0]

    def validity(self, day: dt.date) -> int:
        return self.book.on(day).validity_days.one_on(day).value


@pytest.fixture
def rules(tmp_path: Path) -> Iterator[Rules]:
    made = Rules(tmp_path)
    yield made
    made.store.close()


def _limits(days: int, **changed: Any) -> dict[str, Any]:
    document = json.loads(json.dumps(shipped_documents()["limits"]))
    for row in document["rows"]:
        if row["limit"] == "referral_validity_days":
            row |= {"value": days, "source": "Order of the head doctor No. 5", "uncertain": False}
    return {**document, **changed}


def test_today_s_table_until_the_day_and_the_new_one_from_then(rules: Rules) -> None:
    rules.bring(_limits(10), NEXT_YEAR)
    assert rules.validity(TODAY) == 30
    assert rules.validity(NEXT_YEAR - dt.timedelta(days=1)) == 30
    assert rules.validity(NEXT_YEAR) == 10
    row = rules.book.on(NEXT_YEAR).validity_days.one_on(NEXT_YEAR)
    assert (row.source, row.uncertain) == ("Order of the head doctor No. 5", False)


def test_the_day_is_today_unless_the_file_or_the_person_says_otherwise(rules: Rules) -> None:
    candidate = rules.service.read(rules.file(_limits(10)))
    assert rules.service.preview(candidate).takes_effect_on == TODAY
    candidate = rules.service.read(rules.file(_limits(10, takes_effect_on="2027-01-01")))
    assert candidate.takes_effect_on == NEXT_YEAR
    assert rules.service.preview(candidate).takes_effect_on == NEXT_YEAR
    other = dt.date(2027, 7, 1)
    assert rules.service.preview(candidate, other).takes_effect_on == other
    with pytest.raises(CannotApply) as caught:
        rules.service.preview(candidate, TODAY - dt.timedelta(days=1))
    assert caught.value.code == "rules.in_the_past"


def test_a_preview_writes_nothing_and_shows_what_would_change(rules: Rules) -> None:
    document = _limits(10)
    preview = rules.service.preview(rules.service.read(rules.file(document)))
    assert [(c.after["limit"], c.fields) for c in preview.changes.changed] == [
        ("referral_validity_days", ("value", "source", "uncertain"))
    ]
    assert (preview.changes.added, preview.changes.removed) == ((), ())
    assert preview.replaces is None
    assert rules.service.kept() == []
    assert rules.validity(TODAY) == 30


def test_an_import_is_logged_with_codes_only_and_announced(rules: Rules) -> None:
    preview = rules.service.preview(rules.service.read(rules.file(_limits(10))), NEXT_YEAR)
    kept, change = rules.service.apply(preview, ACTOR, reason=" order No. 5 ")
    assert change.touches(Kind.RULES)
    with rules.store.read() as work:
        (line,) = work.audit.of_object("rules", kept.id)
        assert work.audit.verify() is None
    assert (line.action, line.user, line.desk) == ("rules.import", ACTOR.user, ACTOR.desk.code)
    assert (line.fields, line.reason) == (("limits", "2027-01-01"), "order No. 5")
    assert (kept.by, kept.reason, kept.imported_at) == (ACTOR.user, "order No. 5", NOW)
    assert len(kept.file_hash) == 64


def test_an_import_survives_a_restart_as_it_was(rules: Rules) -> None:
    kept = rules.bring(_limits(10), NEXT_YEAR)
    rules.restart()
    assert rules.service.kept() == [kept]
    assert (rules.validity(TODAY), rules.validity(NEXT_YEAR)) == (30, 10)


def test_undo_brings_back_what_was_in_force(rules: Rules) -> None:
    first = rules.bring(_limits(10))
    second = rules.bring(_limits(20))
    assert rules.validity(TODAY) == 20
    change = rules.service.undo(second.id, ACTOR, reason="a mistake")
    assert change.touches(Kind.RULES)
    assert rules.validity(TODAY) == 10
    rules.service.undo(first.id, ACTOR)
    assert rules.validity(TODAY) == 30
    assert [document.is_undone for document in rules.service.kept()] == [True, True]
    rules.restart()
    assert rules.validity(TODAY) == 30
    with rules.store.read() as work:
        assert [line.action for line in work.audit.of_object("rules", second.id)] == [
            "rules.import",
            "rules.undo",
        ]


@pytest.mark.parametrize("how", ["twice", "unknown"])
def test_an_import_is_undone_once(rules: Rules, how: str) -> None:
    kept = rules.bring(_limits(10))
    document_id = kept.id if how == "twice" else RuleDocumentId("0" * 32)
    rules.service.undo(kept.id, ACTOR)
    with pytest.raises(NotFound) as caught:
        rules.service.undo(document_id, ACTOR)
    assert caught.value.code == "rules.no_such_import"


def test_a_bad_document_leaves_the_old_one_in_force(rules: Rules) -> None:
    rules.bring(_limits(20))
    document = _limits(10)
    document["rows"].append(document["rows"][0])
    candidate = rules.service.read(rules.file(document))
    with pytest.raises(RulesRefused) as caught:
        rules.service.preview(candidate)
    assert [problem.code for problem in caught.value.problems] == ["overlap"]
    assert rules.validity(TODAY) == 20
    assert len(rules.service.kept()) == 1


def test_what_only_the_chosen_day_brings_out_is_refused_too(rules: Rules) -> None:
    document = _limits(10)
    for row in document["rows"]:
        row["valid_from"] = "2027-01-01"
    candidate = rules.service.read(rules.file({**document, "takes_effect_on": "2027-01-01"}))
    assert candidate.problems == ()
    with pytest.raises(RulesRefused) as caught:
        rules.service.preview(candidate, TODAY)
    assert {problem.code for problem in caught.value.problems} == {"begins_late"}


def test_a_table_that_says_the_same_is_not_imported_again(rules: Rules) -> None:
    rules.bring(_limits(10))
    preview = rules.service.preview(rules.service.read(rules.file(_limits(10))))
    with pytest.raises(CannotApply) as caught:
        rules.service.apply(preview, ACTOR)
    assert caught.value.code == "rules.nothing_new"
    assert len(rules.service.kept()) == 1


def test_a_corrected_year_leaves_the_other_years_alone(rules: Rules) -> None:
    rows = [row for row in shipped_documents()["working_calendar"]["rows"] if row["date"][:4] == "2026"]
    saturday = {
        **rows[0],
        "date": "2026-12-12",
        "kind": "transferred_workday",
        "name_kk": "Жұмыс күні",
        "name_ru": "Рабочий день",
    }
    document = {"table": "working_calendar", "format": 1, "rows": [*rows, saturday]}
    preview = rules.service.preview(rules.service.read(rules.file(document)))
    assert (len(preview.changes.added), preview.changes.removed, preview.changes.changed) == (1, (), ())
    rules.service.apply(preview, ACTOR)
    calendar = rules.book.calendar(TODAY)
    assert calendar.is_working(dt.date(2026, 12, 12))
    assert not calendar.is_working(dt.date(2027, 3, 8))
    assert calendar.is_working(dt.date(2024, 5, 4))


def test_followers_see_the_new_rules_in_the_same_transaction(tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []

    def follow(work: UnitOfWork, book: RuleBook, actor: Actor) -> None:
        value = book.on(TODAY).validity_days.one_on(TODAY).value
        seen.append((value, len(work.rule_documents.all()), actor.user))
        work.settings.put("followed", value)

    rules = Rules(tmp_path, [follow])
    kept = rules.bring(_limits(10))
    rules.service.undo(kept.id, ACTOR)
    assert seen == [(10, 1, ACTOR.user), (30, 1, ACTOR.user)]
    with rules.store.read() as work:
        assert work.settings.get("followed") == 30
    rules.store.close()


def test_a_follower_that_fails_takes_the_import_with_it(tmp_path: Path) -> None:
    def fail(work: UnitOfWork, book: RuleBook, actor: Actor) -> None:
        raise RuntimeError("no")

    rules = Rules(tmp_path, [fail])
    with pytest.raises(RuntimeError):
        rules.bring(_limits(10))
    assert rules.validity(TODAY) == 30
    assert rules.service.kept() == []
    rules.store.close()


@pytest.mark.parametrize("fault", ["future format", "unknown code", "no table at all"])
def test_a_kept_document_that_cannot_be_read_is_set_aside(rules: Rules, fault: str) -> None:
    document = _limits(10)
    match fault:
        case "future format":
            document["format"] = 2
        case "unknown code":
            document["rows"][0]["limit"] = "of_a_later_version"
        case _:
            document = {"rows": 5}
    bad = RuleDocument(RuleDocumentId("b" * 32), "limits", document, TODAY, NOW, "N")
    rules.bring(_limits(20))
    with rules.store.write() as work:
        work.rule_documents.add(bad)
        work.commit()
    rules.restart()
    assert rules.book.set_aside == (bad,)
    assert rules.validity(TODAY) == 20
    rules.service.undo(bad.id, ACTOR)
    assert rules.book.set_aside == ()


def test_a_limit_that_came_with_an_update_is_taken_from_the_program(rules: Rules) -> None:
    document = _limits(10)
    document["rows"] = [row for row in document["rows"] if row["limit"] != "insurance_fresh_hours"]
    with rules.store.write() as work:
        work.rule_documents.add(RuleDocument(RuleDocumentId("c" * 32), "limits", document, TODAY, NOW, "N"))
        work.commit()
    rules.restart()
    assert rules.book.set_aside == ()
    assert rules.validity(TODAY) == 10
    assert rules.book.on(TODAY).fresh_hours.one_on(TODAY).value == 24


def test_the_state_of_a_table(rules: Rules) -> None:
    kept = rules.bring(_limits(10), NEXT_YEAR)
    states = {state.schema.name: state for state in rules.service.tables(TODAY)}
    assert list(states) == list(TABLES)
    assert states["guaranteed_diagnoses"].in_force == 11
    limits = states["limits"]
    assert (limits.imported, limits.coming, limits.kept) == (None, kept, (kept,))
    assert limits.uncertain > 0
    rules.clock.moment = dt.datetime(2027, 1, 1, 5, tzinfo=dt.UTC)
    limits = next(s for s in rules.service.tables(NEXT_YEAR) if s.schema.name == "limits")
    assert (limits.imported, limits.coming) == (kept, None)


# Files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_an_exported_table_comes_back_as_the_same(rules: Rules, table: str) -> None:
    """As JSON, as a list, and as a workbook of the same cells: nothing new to import."""
    service = rules.service
    paths = [rules.folder / f"{table}.json", rules.folder / f"{table}.csv", rules.folder / f"{table}.xlsx"]
    paths[0].write_bytes(service.as_json(table, TODAY))
    paths[1].write_bytes(service.as_csv(table, TODAY))
    _as_workbook(paths[1], paths[2])
    for path in paths:
        candidate = service.read(path)
        assert candidate.problems == (), path.suffix
        assert candidate.schema is SCHEMAS[table], path.suffix
        assert service.preview(candidate).changes.is_nothing, path.suffix


def _as_workbook(source: Path, target: Path) -> None:
    import csv

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    with source.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file, delimiter=";"):
            # A spreadsheet makes numbers and days of what looks like one.
            sheet.append([_typed(cell) for cell in row])
    book.save(target)
    assert load_workbook(target).active is not None


def _typed(cell: str) -> object:
    if cell.isdigit() and len(cell) < 6:
        return int(cell)
    try:
        return dt.datetime.fromisoformat(cell) if len(cell) == 10 else cell or None
    except ValueError:
        return cell


def test_problems_of_a_list_name_its_lines(rules: Rules) -> None:
    path = rules.folder / "limits.csv"
    lines = rules.service.as_csv("limits", TODAY).decode("utf-8-sig").splitlines()
    lines[2] = lines[2].replace(";15;", ";many;")
    path.write_text("\n".join(["", *lines]), "utf-8")
    candidate = rules.service.read(path)
    (problem,) = candidate.problems
    assert (problem.code, problem.field, candidate.file.line(problem.row)) == ("not_a_number", "value", 4)


def test_tables_of_the_same_columns_are_told_apart(rules: Rules) -> None:
    """Two tables of diagnoses have the same columns: the file's name tells, else what the person looks at."""
    content = rules.service.as_csv("insurance_diagnoses", TODAY)
    for name in ("insurance_diagnoses.csv", "insurance_diagnoses (2).csv", "Insurance-diagnoses 2027.csv"):
        path = rules.folder / name
        path.write_bytes(content)
        schema = rules.service.read(path).schema
        assert schema is not None
        assert schema.name == "insurance_diagnoses"
    path = rules.folder / "тізім.csv"
    path.write_bytes(content)
    with pytest.raises(RuleFileUnusable) as caught:
        rules.service.read(path)
    assert caught.value.code == "rules.which_table"
    assert rules.service.read(path, likely="insurance_diagnoses").problems == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "rules.not_json"),
        (b"[" * 100_000, "rules.not_json"),
        (b'{"format": NaN}', "rules.not_json"),
        (b'{"format": ' + b"9" * 5_000 + b"}", "rules.not_json"),
        (b'\xff\xfe{"format": 1}', "rules.not_json"),
        (b'{"format": 1, "format": 2}', "rules.double_name"),
        (b"{" + b" " * (11 * 1024 * 1024), "rules.file_too_big"),
    ],
    ids=["open", "deep", "nan", "long number", "half utf-16", "double", "big"],
)
def test_a_file_that_is_no_document_is_said_so(rules: Rules, content: bytes, code: str) -> None:
    path = rules.folder / "x.json"
    path.write_bytes(content)
    with pytest.raises(RuleFileUnusable) as caught:
        rules.service.read(path)
    assert caught.value.code == code


def test_a_file_that_is_not_there_and_one_that_is_no_list(rules: Rules) -> None:
    with pytest.raises(RuleFileUnusable) as caught:
        rules.service.read(rules.folder / "nobody.json")
    assert caught.value.code == "rules.file_missing"
    picture = rules.folder / "picture.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    with pytest.raises(UnusableFile):
        rules.service.read(picture)


def test_a_cell_that_a_spreadsheet_would_run_is_shown_only(rules: Rules) -> None:
    lines = rules.service.as_csv("contacts", TODAY).decode("utf-8-sig").splitlines()
    assert any(";'@SaqtandyryBot;" in line for line in lines)


def test_the_open_program_goes_by_the_new_table_and_issued_papers_stay(desk: DeskOverStore) -> None:
    services = assembled(desk.store, desk.clock, numbering=desk.numbering)
    patient = desk.person()
    desk.insured(patient.id)

    def issue() -> Referral:
        operation = OperationId(new_id())
        form = form_of(patient.id, reasons_given={"referral.already_living": "again"})
        issued, _ = services.referrals.issue(form, operation, ACTOR)
        return services.referrals.get(issued.referral_id)

    before = issue()
    file = desk.folder / "limits.json"
    file.write_text(json.dumps(_limits(10)), "utf-8")
    preview = services.rule_imports.preview(services.rule_imports.read(file))
    document, _ = services.rule_imports.apply(preview, ACTOR)
    after = issue()
    assert before.valid_until - after.valid_until == dt.timedelta(days=20)
    services.rule_imports.undo(document.id, ACTOR)
    assert issue().valid_until == before.valid_until
    assert services.referrals.get(after.id) == after


@given(st.binary(max_size=80) | st.text(max_size=60).map(str.encode))
def test_no_content_of_a_file_is_a_fault_of_the_program(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "limits.json")
        path.write_bytes(content)
        try:
            file = read_rule_file(path, read_list)
        except RuleFileUnusable:
            return
    assert check_document(file.document, TODAY).problems
