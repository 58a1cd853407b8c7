"""Files of answers about insurance over the real encrypted store."""

import datetime as dt

import pytest

from clinic_desk.domain.errors import Cancelled, NotFound
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.table import SourceRow, Table
from clinic_desk.domain.insurance import Channel, Coverage, InsuranceStatus
from clinic_desk.domain.patient import Patient
from clinic_desk.services.changes import Kind
from clinic_desk.services.imports import BadRows, ImportService, Outcome, Preview
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.storage.search import SqlPatientSearch
from clinic_desk.tabular.reader import read_list
from tests.services.desk import ACTOR, NOW, DeskOverStore, iin
from tests.storage.examples import iin_digits

S = InsuranceStatus
HEADINGS = ("ЖСН", "Мәртебесі", "Тексерілді", "Арна")
YESTERDAY, LAST_WEEK = "22.11.2026 10:00", "16.11.2026 10:00"


@pytest.fixture
def imports(desk: DeskOverStore) -> ImportService:
    return ImportService(desk.store, desk.clock, read_list, shipped_book())


def never() -> bool:
    return False


def unseen(done: int, total: int | None) -> None:
    pass


def preview_of(imports: ImportService, *rows: tuple[str, ...]) -> Preview:
    lines = [SourceRow(line, list(row)) for line, row in enumerate(rows, start=2)]
    table = Table("utf-8", ";", None, (), HEADINGS, 1, (), None, lines)
    columns = imports.columns(ImportKind.INSURANCE, HEADINGS)
    return imports.preview(ImportKind.INSURANCE, table, columns, unseen, never)


def outcomes(preview: Preview) -> list[tuple[Outcome, str]]:
    return [(row.outcome, next((p.code for p in row.parsed.problems), "")) for row in preview.rows]


def load(imports: ImportService, preview: Preview, *, skip_bad: bool = False) -> str:
    imported, change = imports.apply(preview, ACTOR, skip_bad=skip_bad, progress=unseen, cancelled=never)
    assert change.touches(Kind.INSURANCE)
    return imported.import_id


def number(patient: Patient) -> str:
    assert patient.iin is not None
    return patient.iin.digits


def shown(desk: DeskOverStore, patient: Patient) -> list[tuple[S, str]]:
    checks = desk.patients.card(patient.id).checks
    return [
        (check.status, f"{check.checked_at.astimezone(desk.clock.zone):%d.%m.%Y %H:%M}") for check in checks
    ]


def test_answers_are_kept_with_their_moment_channel_and_who_brought_them(
    desk: DeskOverStore, imports: ImportService
) -> None:
    person = desk.person()
    load(imports, preview_of(imports, (number(person), "100", YESTERDAY, "egov.kz")))
    (check,) = desk.patients.card(person.id).checks
    assert (check.status, check.channel, check.checked_by) == (
        S.INSURED_CONTRIBUTIONS,
        Channel.EGOV,
        ACTOR.user,
    )
    assert check.checked_at == dt.datetime(2026, 11, 22, 5, 0, tzinfo=dt.UTC)
    (hit,) = SqlPatientSearch(desk.store).find(number(person))
    assert (hit.insurance_status, hit.insurance_checked_at) == (check.status, check.checked_at)
    (line,) = desk.audit("import", imports.history()[0].id)
    assert line.action == "import.insurance"


def test_bad_rows_are_named_and_nothing_is_applied_without_a_choice(
    desk: DeskOverStore, imports: ImportService
) -> None:
    one, two = desk.person(), desk.person(iin=iin("90010130001"))
    preview = preview_of(
        imports,
        (iin_digits(dt.date(1970, 1, 1)), "да", YESTERDAY, ""),
        (number(one), "да", YESTERDAY, ""),
        (number(one), "нет", YESTERDAY, ""),
        (number(two), "да", "22.11.2027", ""),
        (number(two), "да", YESTERDAY, ""),
        (number(two), "да", YESTERDAY, ""),
        (number(two), "белгісіз", LAST_WEEK, ""),
    )
    assert outcomes(preview) == [
        (Outcome.REFUSED, "answer.unknown_iin"),
        (Outcome.REFUSED, "row.contradicts"),
        (Outcome.REFUSED, "row.contradicts"),
        (Outcome.REFUSED, "answer.in_future"),
        (Outcome.NEW, ""),
        (Outcome.SAME, ""),
        (Outcome.PASSED_OVER, ""),
    ]
    with pytest.raises(BadRows):
        load(imports, preview)
    assert shown(desk, two) == []
    assert imports.history() == []
    load(imports, preview, skip_bad=True)
    assert shown(desk, one) == []
    assert shown(desk, two) == [(S.INSURED_CONTRIBUTIONS, YESTERDAY)]


def test_leaving_one_of_two_contradicting_rows_out_settles_the_other(
    desk: DeskOverStore, imports: ImportService
) -> None:
    person = desk.person()
    preview = preview_of(
        imports, (number(person), "да", YESTERDAY, ""), (number(person), "нет", YESTERDAY, "")
    )
    assert len(preview.refused) == 2
    settled = imports.recheck(preview, {2: None})
    assert outcomes(settled) == [(Outcome.NEW, "")]
    load(imports, settled)
    assert shown(desk, person) == [(S.UNINSURED, YESTERDAY)]


def test_an_older_answer_does_not_become_the_newest(desk: DeskOverStore, imports: ImportService) -> None:
    person = desk.person()
    desk.insured(person.id, S.INSURED_STATE)
    load(imports, preview_of(imports, (number(person), "нет", LAST_WEEK, "")))
    card = desk.patients.card(person.id)
    assert (card.coverage, [check.status for check in card.checks]) == (
        Coverage.YES,
        [S.INSURED_STATE, S.UNINSURED],
    )
    (hit,) = SqlPatientSearch(desk.store).find(number(person))
    assert hit.insurance_status is S.INSURED_STATE


def test_the_same_file_twice_changes_nothing_and_another_answer_for_that_moment_is_refused(
    desk: DeskOverStore, imports: ImportService
) -> None:
    person = desk.person()
    row = (number(person), "да", YESTERDAY, "")
    load(imports, preview_of(imports, row))
    assert outcomes(preview_of(imports, row)) == [(Outcome.SAME, "")]
    assert outcomes(preview_of(imports, (number(person), "нет", YESTERDAY, ""))) == [
        (Outcome.REFUSED, "answer.contradicts_stored")
    ]


def test_taking_an_import_back_withdraws_its_answers_and_removes_none(
    desk: DeskOverStore, imports: ImportService
) -> None:
    person, other = desk.person(), desk.person(iin=iin("90010130001"))
    heard = RecordAnswer(person.id, S.GRACE_3M, Channel.BOT, NOW - dt.timedelta(days=3))
    desk.insurance.record(heard, ACTOR)
    rows = ((number(person), "нет", YESTERDAY, ""), (number(other), "нет", YESTERDAY, ""))
    run = load(imports, preview_of(imports, *rows))
    assert desk.patients.card(person.id).coverage is Coverage.NO

    change = imports.undo(run, ACTOR)
    assert change.touches(Kind.INSURANCE)
    assert [status for status, _ in shown(desk, person)] == [S.GRACE_3M]
    assert shown(desk, other) == []
    search = SqlPatientSearch(desk.store)
    (hit,) = search.find(number(person))
    assert (hit.insurance_status, hit.insurance_checked_at) == (S.GRACE_3M, NOW - dt.timedelta(days=3))
    (hit,) = search.find(number(other))
    assert (hit.insurance_status, hit.insurance_checked_at) == (S.UNKNOWN, None)
    with desk.store.write() as work:
        kept = work._transaction.connection.exec_driver_sql(  # type: ignore[attr-defined]
            "SELECT count(*) FROM insurance_checks JOIN insurance_withdrawals ON check_id = id"
        ).scalar()
    assert kept == 2
    with pytest.raises(NotFound):
        imports.undo(run, ACTOR)
    # What was withdrawn may come again, in a file that is right.
    load(imports, preview_of(imports, *rows))
    assert desk.patients.card(person.id).coverage is Coverage.NO


def test_stopping_leaves_nothing_behind(desk: DeskOverStore, imports: ImportService) -> None:
    person = desk.person()
    preview = preview_of(imports, (number(person), "да", YESTERDAY, ""))
    answers = iter((False, True))
    with pytest.raises(Cancelled):
        imports.apply(preview, ACTOR, skip_bad=True, progress=unseen, cancelled=lambda: next(answers))
    assert shown(desk, person) == []
    assert imports.history() == []


def test_many_answers_come_in_at_once_and_say_how_far_they_are(
    desk: DeskOverStore, imports: ImportService
) -> None:
    people = [desk.person(iin=iin_digits(dt.date(1990, 1, 1))) for _ in range(40)]
    rows = [
        (number(person), "да", f"{1 + day // 60:02}.11.2026 10:{day % 60:02}", "")
        for person in people
        for day in range(125)
    ]
    told: list[tuple[int, int | None]] = []
    imports.apply(
        preview_of(imports, *rows),
        ACTOR,
        skip_bad=False,
        progress=lambda done, total: told.append((done, total)),
        cancelled=never,
    )
    assert told == [(2_000, 5_000), (4_000, 5_000), (5_000, 5_000)]
    assert shown(desk, people[0])[0] == (S.INSURED_CONTRIBUTIONS, "03.11.2026 10:04")
