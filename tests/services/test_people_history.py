"""Every change of a person with old values: by hand, by import, by a move between districts."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.clinic import District, DistrictKind
from clinic_desk.domain.ids import DistrictId, PatientId
from clinic_desk.domain.iin import Sex, parse_iin
from clinic_desk.domain.patient import (
    Attachment,
    AttachmentState,
    NoIinReason,
    Patient,
    ReminderConsent,
    Reminders,
)
from clinic_desk.domain.patient_history import FIELDS, HistoryKind, HistoryLine, changes_between, values_of
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import BulkKind, ImportRun
from clinic_desk.storage.tables import patients
from tests.services.desk import ACTOR, DISTRICT, NOW, PERSON, DeskOverStore, iin

OTHER_DISTRICT = DistrictId("c" * 32)


def told(line: HistoryLine) -> tuple[str, str, dict[str, tuple[str, str]]]:
    return line.what.value, line.by, dict(line.changes)


def test_the_fields_are_columns_of_the_store_and_all_are_valued(desk: DeskOverStore) -> None:
    assert set(FIELDS) <= {column.name for column in patients.columns}
    assert tuple(values_of(desk.person())) == FIELDS


def test_registering_tells_everything_that_was_given(desk: DeskOverStore) -> None:
    saved = desk.person()
    (line,) = desk.patients.history(saved.id)
    assert (line.what, line.by, line.at, line.version) == (
        HistoryKind.REGISTERED,
        ACTOR.user,
        desk.clock.now(),
        1,
    )
    assert line.changes["surname"] == ("", "Үлгібаева")
    assert line.changes["iin"] == ("", PERSON.iin)
    assert "mother_iin" not in line.changes


def test_a_change_keeps_the_old_value_beside_the_new_one(desk: DeskOverStore) -> None:
    saved = desk.person()
    desk.clock.forward(hours=1)
    desk.patients.change(saved, replace(PERSON, phone="+7 702 000 00 00", address="Абай 2"), ACTOR)
    newest, first = desk.patients.history(saved.id)
    assert told(newest) == (
        "changed",
        ACTOR.user,
        {"phone": ("+77010000000", "+77020000000"), "address": ("Алматы, Абай 1", "Абай 2")},
    )
    assert (newest.version, first.version) == (2, 1)


def test_saving_without_a_change_writes_no_line(desk: DeskOverStore) -> None:
    saved = desk.person()
    desk.patients.change(saved, PERSON, ACTOR)
    assert len(desk.patients.history(saved.id)) == 1


def test_adding_the_iin_later_is_a_completion(desk: DeskOverStore) -> None:
    form = replace(PERSON, iin="", no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND)
    saved = desk.person(form)
    desk.clock.forward(hours=1)
    done, _ = desk.patients.change(saved, PERSON, ACTOR)
    assert done.no_iin_reason is None
    line = desk.patients.history(saved.id)[0]
    assert line.what is HistoryKind.COMPLETED
    assert line.changes == {
        "iin": ("", PERSON.iin),
        "no_iin_reason": ("document_not_at_hand", ""),
    }
    assert [entry.action for entry in desk.audit("patient", saved.id)] == [
        "patient.register",
        "patient.complete",
    ]


def test_the_word_on_reminders_is_kept_with_who_wrote_it_down_and_when(desk: DeskOverStore) -> None:
    saved = desk.person()
    assert saved.reminders == ReminderConsent()
    desk.clock.forward(minutes=5)
    asked_at = desk.clock.now()
    asked, _ = desk.patients.change(saved, replace(PERSON, reminders=Reminders.YES), ACTOR)
    assert asked.reminders == ReminderConsent(Reminders.YES, asked_at, ACTOR.user)
    desk.clock.forward(minutes=5)
    form = replace(PERSON, reminders=Reminders.YES, address="Абай 2")
    later, _ = desk.patients.change(asked, form, replace(ACTOR, user="Басқа Б."))
    assert later.reminders == asked.reminders
    taken_back, _ = desk.patients.change(later, PERSON, ACTOR)
    assert taken_back.reminders == ReminderConsent()
    assert desk.patients.card(saved.id).patient.reminders == ReminderConsent()


def _run(desk: DeskOverStore, by: str = "Жүктеуші") -> ImportRun:
    return ImportRun(new_id(), "patients", desk.clock.now(), by, 0, 0, 0, 0)


def _import(desk: DeskOverStore, new: list[Patient], changed: list[Patient]) -> str:
    run = _run(desk)
    with desk.store.write() as work:
        work.bulk.begin_import(run)
        work.bulk.write(BulkKind.PATIENTS, new, changed, import_id=run.id)
        work.commit()
    return run.id


def test_imports_are_told_with_what_they_wrote_and_so_is_taking_one_back(desk: DeskOverStore) -> None:
    saved = desk.person()
    desk.clock.forward(hours=1)
    _import(desk, [], [replace(saved, address="Бірінші тізім")])
    desk.clock.forward(hours=1)
    with desk.store.read() as work:
        stored = work.patients.get(saved.id)
    assert stored is not None
    second = _import(desk, [], [replace(stored, address="Екінші тізім", phone=None)])
    desk.clock.forward(hours=1)
    with desk.store.write() as work:
        work.bulk.undo_import(second, "Қайтарушы")
        work.commit()
    desk.clock.forward(hours=1)
    with desk.store.read() as work:
        stored = work.patients.get(saved.id)
    assert stored is not None
    desk.patients.change(stored, replace(PERSON, address="Абай 9"), ACTOR)
    lines = desk.patients.history(saved.id)
    assert [told(line) for line in lines[:-1]] == [
        ("changed", ACTOR.user, {"address": ("Бірінші тізім", "Абай 9")}),
        (
            "import_undone",
            "Қайтарушы",
            {"phone": ("", "+77010000000"), "address": ("Екінші тізім", "Бірінші тізім")},
        ),
        (
            "imported",
            "Жүктеуші",
            {"phone": ("+77010000000", ""), "address": ("Бірінші тізім", "Екінші тізім")},
        ),
        ("imported", "Жүктеуші", {"address": ("Алматы, Абай 1", "Бірінші тізім")}),
    ]
    assert lines[-1].what is HistoryKind.REGISTERED
    assert [line.version for line in lines] == [5, 4, 3, 2, 1]


def test_a_person_that_came_with_a_list_begins_with_the_import(desk: DeskOverStore) -> None:
    person = replace(desk.person(), id=PatientId(new_id()), iin=parse_iin(iin("90010130000")), version=1)
    _import(desk, [person], [])
    (line,) = desk.patients.history(person.id)
    assert told(line) == ("imported", "Жүктеуші", changes_between(None, person))


def test_moves_between_districts_are_told_and_so_is_the_way_back(desk: DeskOverStore) -> None:
    saved = desk.person()
    attached = Attachment(AttachmentState.ATTACHED, DISTRICT)
    with desk.store.write() as work:
        work.clinic.put_district(District(OTHER_DISTRICT, "8", DistrictKind.GENERAL, None))
        work.patients.save(replace(saved, attachment=attached))
        work.commit()
    with desk.store.write() as work:
        driver = work.history._driver  # type: ignore[attr-defined]
        move = driver.execute(
            'INSERT INTO district_moves (id, at, "by", from_id, to_id, what, people, undone_at, undone_by)'
            " VALUES (?, ?, 'Бөлуші', ?, ?, '{}', 1, ?, 'Қайтарушы')",
            (
                new_id(),
                "2026-11-23T05:00:00.000000Z",
                DISTRICT,
                OTHER_DISTRICT,
                "2026-11-23T06:00:00.000000Z",
            ),
        ).lastrowid
        driver.execute(
            "INSERT INTO district_move_people SELECT ?, seq, version + 1 FROM patients WHERE id = ?",
            (move, saved.id),
        )
        work.commit()
    back, there, *_ = desk.patients.history(saved.id)
    assert told(there) == ("moved", "Бөлуші", {"district_id": (DISTRICT, OTHER_DISTRICT)})
    assert told(back) == ("moved", "Қайтарушы", {"district_id": (OTHER_DISTRICT, DISTRICT)})
    with desk.store.write() as work:
        # Whoever went on by another act did not come back with the others.
        work.history._driver.execute("UPDATE patients SET district_id = ?", (OTHER_DISTRICT,))  # type: ignore[attr-defined]
        work.commit()
    assert told(desk.patients.history(saved.id)[0]) == told(there)


def test_nobody_has_no_history(desk: DeskOverStore) -> None:
    assert desk.patients.history(PatientId("0" * 32)) == []


@pytest.mark.parametrize("wish", list(Reminders))
def test_a_form_holds_every_word_on_reminders(desk: DeskOverStore, wish: Reminders) -> None:
    saved = desk.person(reminders=wish)
    assert saved.reminders.wish is wish
    assert (saved.reminders.at is None) == (wish is Reminders.NOT_ASKED)


def test_old_and_new_of_a_birth_date_and_a_sex(desk: DeskOverStore) -> None:
    saved = desk.person()
    changed, _ = desk.patients.change(
        saved, replace(PERSON, birth_date=dt.date(1988, 2, 15), sex=Sex.MALE), ACTOR
    )
    assert changes_between(saved, changed) == {
        "birth_date": ("1988-02-14", "1988-02-15"),
        "sex": ("female", "male"),
    }
    assert desk.clock.now() == NOW
