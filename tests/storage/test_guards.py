"""What the database itself refuses, whatever the program does."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as driver

from clinic_desk.domain.catalogue import ListState, Package, SupplierRole
from clinic_desk.domain.clinic import DistrictKind
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.patient import AttachmentState, DocumentKind, NoIinReason, SlipLanguage
from clinic_desk.domain.referral import Payer, PrintState, ReferralStatus
from clinic_desk.services.ports import AuditEntry
from clinic_desk.storage.database import SqlStore
from clinic_desk.storage.engine import SecretKey, open_connection
from tests.storage.examples import KEY, NOW, district, referral


@pytest.fixture
def raw(store: SqlStore, path: Path) -> Iterator[Any]:
    """The driver beside a store with one record of each kind."""
    issued = referral(store)
    with store.write() as work:
        sent = replace(work.referrals.add(issued), status=ReferralStatus.SENT)
        work.referrals.save(sent, by="u", at=NOW)
        work.clinic.put_district(district())
        work.audit.write(AuditEntry(NOW, "u", "D1", "referral.issue", "referral", issued.id))
        work.commit()
    with closing(open_connection(path, SecretKey(KEY))) as connection:
        yield connection


@pytest.mark.parametrize("table", ["audit_log", "insurance_checks", "referral_events"])
@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "UPDATE {} SET seq = seq", "UPDATE {} SET rowid = 99"]
)
def test_append_only(raw: Any, table: str, statement: str) -> None:
    before = raw.execute(f"SELECT * FROM {table}").fetchall()
    assert before
    with pytest.raises(driver.IntegrityError, match="append only"):
        raw.execute(statement.format(table))
    assert raw.execute(f"SELECT * FROM {table}").fetchall() == before


def test_replacing_a_line_of_the_log_is_refused_too(raw: Any) -> None:
    with pytest.raises(driver.IntegrityError):
        raw.execute("INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log")


def test_a_referral_is_fixed_at_issue(raw: Any) -> None:
    may_change = {"seq", "status", "print_state", "copies_printed", "appointment_at", "version"}
    columns = [row[1] for row in raw.execute("PRAGMA table_info(referrals)")]
    for column in columns:
        statement = f"UPDATE referrals SET {column} = {column}"
        if column in may_change:
            raw.execute(statement)
        else:
            with pytest.raises(driver.IntegrityError, match="fixed at issue"):
                raw.execute(statement)


def test_a_referral_is_never_deleted(raw: Any) -> None:
    with pytest.raises(driver.IntegrityError, match="never deleted"):
        raw.execute("DELETE FROM referrals")


STATUSES: list[tuple[str, str, type[StrEnum]]] = [
    ("patients", "sex", Sex),
    ("patients", "document", DocumentKind),
    ("patients", "slip_language", SlipLanguage),
    ("patients", "insurance_status", InsuranceStatus),
    ("districts", "kind", DistrictKind),
    ("services", "package", Package),
    ("suppliers", "state", ListState),
    ("supplier_cares", "role", SupplierRole),
    ("referrals", "status", ReferralStatus),
    ("referrals", "print_state", PrintState),
]


@pytest.mark.parametrize(("table", "column", "values"), STATUSES)
def test_every_value_of_a_status_and_no_other_may_be_stored(
    raw: Any, table: str, column: str, values: type[StrEnum]
) -> None:
    for value in values:
        raw.execute(f"UPDATE {table} SET {column} = ?", (value.value,))
    for wrong in ("nonsense", "", next(iter(values)).value.upper()):
        with pytest.raises(driver.IntegrityError, match="CHECK"):
            raw.execute(f"UPDATE {table} SET {column} = ?", (wrong,))
    with pytest.raises(driver.IntegrityError, match="NOT NULL"):
        raw.execute(f"UPDATE {table} SET {column} = NULL")


@pytest.mark.parametrize(("table", "column", "wrong"), [
    ("insurance_checks", "status", "nonsense"),
    ("insurance_checks", "channel", "nonsense"),
    ("referral_events", "status", "nonsense"),
    ("offers", "role", "nonsense"),
    ("referrals", "payer", "nonsense"),
    ("referrals", "insurance_status", "nonsense"),
    ("referrals", "supplier_role", "nonsense"),
])  # fmt: skip
def test_statuses_of_rows_that_cannot_be_changed_are_checked_when_added(
    raw: Any, table: str, column: str, wrong: str
) -> None:
    columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})") if row[1] != "seq"]
    listed = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f"'{wrong}'" if name == column else f'"{name}"' for name in columns)
    if table == "offers":
        raw.execute(
            "INSERT INTO offers (id, supplier_id, service_id, role) "
            "SELECT 'o', suppliers.id, services.id, 'supplier' FROM suppliers, services LIMIT 1"
        )
    raw.execute("PRAGMA foreign_keys = OFF")
    with pytest.raises(driver.IntegrityError, match=f"CHECK constraint failed: ck_{table}_{column}"):
        raw.execute(f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table}")


@pytest.mark.parametrize("change", [
    "iin = NULL",
    "no_iin_reason = 'newborn'",
    "iin = '12345'",
    "surname = '', given_name = ''",
    "is_here = 0",
    "attachment_state = 'elsewhere'",
    "district_id = 'nowhere'",
    "attachment_basis = 'wish'",
])  # fmt: skip
def test_a_person_makes_sense(raw: Any, change: str) -> None:
    with pytest.raises(driver.IntegrityError):
        raw.execute(f"UPDATE patients SET {change}")


def test_kinds_without_a_reason_for_a_column_are_named(raw: Any) -> None:
    """Every enumeration of a patient's reasons passes when the IIN is absent."""
    for reason in NoIinReason:
        raw.execute("UPDATE patients SET iin = NULL, no_iin_reason = ?", (reason.value,))
    for state in AttachmentState:
        raw.execute("UPDATE patients SET attachment_state = ?, is_here = ?", (state, state == "attached"))


def test_references_must_be_there(raw: Any) -> None:
    for table in ("patients", "services", "doctors", "suppliers"):
        with pytest.raises(driver.IntegrityError, match=r"FOREIGN KEY|append only|never deleted"):
            raw.execute(f"DELETE FROM {table}")


def test_pragmas(store: SqlStore) -> None:
    with store.own_reader() as connection:
        told = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store", "mmap_size")
        }
    assert told == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "temp_store": 2,
        "mmap_size": 0,
    }


def test_enums_are_all_named() -> None:
    """A payer or channel that the domain gains needs a step; the schema test then says so."""
    assert {p.value for p in Payer} and {c.value for c in Channel}
