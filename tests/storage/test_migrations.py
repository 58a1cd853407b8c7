"""The steps lead to the tables as the program knows them, back and forth with data, after a verified copy."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable
from sqlcipher3 import dbapi2 as driver

from clinic_desk.domain.ids import PatientId
from clinic_desk.storage import backup, migrating
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.storage.engine import SecretKey, open_connection, writing_engine
from clinic_desk.storage.errors import StoreRefused
from clinic_desk.storage.migrating import HEAD, known_revisions, migrate
from clinic_desk.storage.search import SqlPatientSearch
from clinic_desk.storage.seeding import standard_diagnoses
from clinic_desk.storage.sync import tables as sync_tables  # noqa: F401 - its tables stand in the same metadata
from clinic_desk.storage.tables import metadata
from tests.storage.examples import KEY, PROFILE, patient, referral

TRIGGERS = {
    "attachment_cases_fixed",
    "attachment_cases_no_delete",
    "attachment_events_no_delete",
    "insurance_withdrawals_no_delete",
    "insurance_withdrawals_no_update",
    "patient_insurance_withdrawn",
    "attachment_events_no_update",
    "audit_log_no_delete",
    "audit_log_no_update",
    "insurance_checks_no_delete",
    "insurance_checks_no_update",
    "patient_digits_changed",
    "patient_history_no_delete",
    "patient_history_no_update",
    "patient_insurance_answered",
    "patient_merges_no_delete",
    "patient_words_added",
    "patient_words_changed",
    "patient_words_removed",
    "referral_events_no_delete",
    "referral_events_no_update",
    "referrals_fixed",
    "referrals_no_delete",
    "rule_documents_no_delete",
    "outbox_accepted",
    "outbox_fixed",
    "outbox_no_delete",
    "paper_recalls_no_delete",
    "sync_conflicts_no_delete",
}
WORD_INDEXES = {"patient_words", "patient_digits", "patient_vocabulary"}


def schema(connection: Any) -> dict[tuple[str, str], str]:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {(kind, name): sql for kind, name, sql in rows}


def is_word_index(name: str | None) -> bool:
    return any(str(name).startswith(index) for index in WORD_INDEXES)


@pytest.fixture
def raw(path: Path) -> Any:
    with closing(open_connection(path, SecretKey(KEY))) as connection:
        yield connection


def test_head_is_the_newest_step() -> None:
    assert max(known_revisions()) == HEAD


def test_head_equals_the_tables(path: Path) -> None:
    engine = writing_engine(path, SecretKey(KEY))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: not (kind == "table" and is_word_index(name)),
            },
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def checks(sql: str) -> set[str]:
    """The CHECK constraints of a CREATE TABLE, each with its name, without blanks."""
    packed = "".join(sql.split())
    found = set()
    for match in re.finditer(r"CONSTRAINTck_\w+?CHECK\(", packed):
        depth, end = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(packed[end], 0)
            end += 1
        found.add(packed[match.start() : end])
    return found


def test_checks_of_head_are_those_of_the_tables(raw: Any) -> None:
    """Alembic does not compare CHECKs: a new status without a step would be refused by old stores."""
    stored = schema(raw)
    for table in metadata.sorted_tables:
        made = str(CreateTable(table).compile(dialect=sqlite.dialect()))
        assert checks(stored["table", table.name]) == checks(made), table.name
    assert len(checks(stored["table", "patients"])) == 14


def test_triggers_and_word_indexes_are_there(raw: Any) -> None:
    names = schema(raw)
    assert {name for kind, name in names if kind == "trigger"} == TRIGGERS
    virtual = {name for (kind, name), sql in names.items() if kind == "table" and "VIRTUAL" in sql}
    assert virtual == WORD_INDEXES
    assert "contentless_delete=1" in names["table", "patient_words"]


def test_a_new_store_has_the_standard_diagnoses(store: SqlStore) -> None:
    with store.read() as work:
        found = work.catalogue.diagnosis("I11.9")
    assert found is not None
    assert found.title_en == "Hypertensive heart disease without (congestive) heart failure"
    codes = [diagnosis.code for diagnosis in standard_diagnoses()]
    assert len(codes) == len(set(codes)) > 12_000


def test_down_and_up_again_with_data(path: Path, open_again: Callable[..., SqlStore]) -> None:
    store = open_again()
    issued = referral(store)
    with store.write() as work:
        work.referrals.add(issued)
        work.commit()
    store.close()
    with closing(open_connection(path, SecretKey(KEY))) as connection:
        before = schema(connection)
    engine = writing_engine(path, SecretKey(KEY))
    with engine.begin() as connection:
        migrate(connection, "base")
        left = connection.execute(text("SELECT name FROM sqlite_master WHERE sql IS NOT NULL")).scalars()
        assert set(left) <= {"alembic_version", "sqlite_sequence"}
    with engine.begin() as connection:
        migrate(connection)
    engine.dispose()
    with closing(open_connection(path, SecretKey(KEY))) as connection:
        assert schema(connection) == before


def test_a_failed_step_leaves_the_store_as_it_was(path: Path) -> None:
    engine = writing_engine(path, SecretKey(KEY))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE in_the_way (id)"))
        connection.execute(text("DROP VIEW patient_indexed"))
    with closing(open_connection(path, SecretKey(KEY))) as raw:
        before = schema(raw)
    with pytest.raises(Exception, match="patient_indexed"), engine.begin() as connection:
        migrate(connection, "base")
    engine.dispose()
    with closing(open_connection(path, SecretKey(KEY))) as raw:
        assert schema(raw) == before


@pytest.fixture
def old_store(path: Path, open_again: Callable[..., SqlStore], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a person in it, opened by a program that knows one step more."""
    store = open_again()
    with store.write() as work:
        work.patients.add(patient())
        work.commit()
    store.close()

    def step(connection: Any, to: str = "head") -> None:
        connection.execute(text("CREATE TABLE of_the_next_step (id)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    from clinic_desk.storage import database

    monkeypatch.setattr(migrating, "HEAD", "9999")
    monkeypatch.setattr(database, "migrate", step)
    return path


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*.backup"))


def test_before_a_step_a_whole_encrypted_copy_is_made(old_store: Path) -> None:
    store = open_store(old_store, KEY, create=False, profile_id=PROFILE)
    with store.read() as work:
        assert work.patients.count() == 1
    store.close()
    (copy,) = backups(old_store)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert not copy.read_bytes().startswith(b"SQLite format 3")
    assert sorted(file.name for file in old_store.parent.iterdir()) == ["clinic.db", copy.name]
    with closing(open_connection(copy, SecretKey(KEY), read_only=True)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        assert connection.execute("SELECT count(*) FROM patients").fetchall() == [(1,)]
    with pytest.raises(driver.DatabaseError), closing(driver.connect(copy)) as plain:
        plain.execute("SELECT count(*) FROM patients")


def test_without_a_good_copy_there_is_no_step(old_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise StoreRefused("store.backup_failed")

    monkeypatch.setattr(backup, "_verify", refuse)
    before = old_store.read_bytes()
    with pytest.raises(StoreRefused, match=r"store\.backup_failed"):
        open_store(old_store, KEY, create=False, profile_id=PROFILE)
    assert old_store.read_bytes() == before
    assert backups(old_store) == []


def test_a_copy_that_lacks_rows_is_not_called_good(path: Path, store: SqlStore, tmp_path: Path) -> None:
    copy = store.back_up("test")
    with store.write() as work:
        work.patients.add(patient())
        work.commit()
    with (
        closing(open_connection(path, SecretKey(KEY))) as source,
        pytest.raises(StoreRefused, match=r"store\.backup_failed"),
    ):
        backup._verify(source, copy, SecretKey(KEY))


def test_a_copy_is_a_store(store: SqlStore) -> None:
    with store.write() as work:
        work.patients.add(patient("Көшірме Адам"))
        work.commit()
    copied = open_store(store.back_up("test"), KEY, create=False, profile_id=PROFILE)
    assert [hit.name for hit in SqlPatientSearch(copied).find("көшірме")] == ["Көшірме Адам"]
    assert copied.is_whole()
    copied.close()


@pytest.fixture
def first_store(tmp_path: Path) -> Path:
    """A store as the first step makes it, with a person and a referral written in its own words."""
    path = tmp_path / "first.db"
    engine = writing_engine(path, SecretKey(KEY))
    with engine.begin() as connection:
        migrate(connection, "0001")
        run = connection.connection.driver_connection.execute
        run("INSERT INTO store_info VALUES (1, ?, '2026-01-05T04:00:00.000000Z')", (PROFILE,))
        run("INSERT INTO diagnoses (code) VALUES ('I11.9')")
        run("INSERT INTO doctors (id, code) VALUES (?, '017')", ("d" * 32,))
        run("INSERT INTO services (id, package) VALUES (?, 'insurance')", ("5" * 32,))
        run("INSERT INTO suppliers (id, name, state) VALUES (?, 'Шипа', 'included')", ("7" * 32,))
        run(
            "INSERT INTO patients (id, no_iin_reason, surname, name_key, sex, address, document,"
            " slip_language, attachment_state, is_here, created_at, updated_at)"
            " VALUES (?, 'foreigner', 'Ким', 'ким', 'male', ?, 'passport', 'kk', 'unknown', 0, 'x', 'x')",
            ("a" * 32, "Үлгі көшесі, 14-үй, 5-пәтер"),
        )
        run(
            "INSERT INTO referrals (id, number, operation_id, patient_id, service_id, icd_code, doctor_id,"
            " reason, supplier_id, supplier_role, insurance_status, payer, issued_at, valid_until, quantity,"
            " status, print_state, copies_printed) VALUES (?, 'N', 'o', ?, ?, 'I11.9', ?, 'no_equipment', ?,"
            " 'supplier', 'unknown', 'unknown', '2026-01-05T04:00:00.000000Z', '2026-02-05', 1, 'issued',"
            " 'to_print', 0)",
            ("f" * 32, "a" * 32, "5" * 32, "d" * 32, "7" * 32),
        )
    engine.dispose()
    return path


def test_a_first_store_is_brought_up_with_its_people_and_referrals(first_store: Path) -> None:
    path = first_store
    store = open_store(path, KEY, create=False, profile_id=PROFILE)
    with store.read() as work:
        person = work.patients.get(PatientId("a" * 32))
        (issued,) = work.referrals.of_patient(PatientId("a" * 32))
    store.close()
    assert person is not None
    assert person.address == "Үлгі көшесі, 14-үй, 5-пәтер"
    assert issued.insurance.answer is None
    with closing(open_connection(path, SecretKey(KEY))) as raw:
        assert raw.execute("SELECT street_key, house FROM patients").fetchall() == [("улги", 14)]
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        with pytest.raises(driver.IntegrityError, match="fixed at issue"):
            raw.execute("UPDATE referrals SET answer = 'covered'")


def test_a_second_open_case_and_one_without_consent_are_refused_by_the_store(first_store: Path) -> None:
    path = first_store
    open_store(path, KEY, create=False, profile_id=PROFILE).close()
    add = (
        "INSERT INTO attachment_cases (id, patient_id, operation_id, opened_at, state, consent, sent_at)"
        " VALUES (?, ?, ?, 'x', ?, ?, ?)"
    )
    with closing(open_connection(path, SecretKey(KEY))) as raw:
        with pytest.raises(driver.IntegrityError, match="consent"):
            raw.execute(add, ("1" * 32, "a" * 32, "1", "sent", None, None))
        with pytest.raises(driver.IntegrityError, match="consent"):
            raw.execute(add, ("1" * 32, "a" * 32, "1", "draft", None, "x"))
        raw.execute(add, ("1" * 32, "a" * 32, "1", "sent", "{}", "x"))
        with pytest.raises(driver.IntegrityError, match="patient_id"):
            raw.execute(add, ("2" * 32, "a" * 32, "2", "draft", None, None))


def test_back_to_the_first_store_with_a_payer_it_does_not_know(first_store: Path) -> None:
    path = first_store
    engine = writing_engine(path, SecretKey(KEY))
    with engine.begin() as connection:
        migrate(connection)
        raw = connection.connection.driver_connection
        raw.execute("DROP TRIGGER referrals_fixed")
        raw.execute("UPDATE referrals SET payer = 'contract'")
        raw.execute("CREATE TRIGGER referrals_fixed BEFORE UPDATE ON referrals BEGIN SELECT 1; END")
    with engine.begin() as connection:
        migrate(connection, "0001")
    engine.dispose()
    with closing(open_connection(path, SecretKey(KEY))) as raw:
        assert raw.execute("SELECT payer FROM referrals").fetchall() == [("unknown",)]
        assert "attachment_cases" not in {name for _, name in schema(raw)}
