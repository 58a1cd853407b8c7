"""The tables of the store: columns, keys and the values a status may have.

Identities are text of 32 hexadecimal digits; `seq` is SQLite's own row number, which the word
indexes refer to. Days are ISO text, moments ISO text in UTC with six digits of a second, so that
both sort as they happened. The first migration creates all of it in its own words; a test keeps
the two equal. Word indexes and triggers, which SQLAlchemy has no words for, stand there only.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from clinic_desk.domain.attachment import CaseState, EndReason
from clinic_desk.domain.catalogue import ListState, Package, SupplierRole
from clinic_desk.domain.clinic import DistrictKind
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import Channel, InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.patient import (
    AgeBand,
    AttachmentBasis,
    AttachmentState,
    DocumentKind,
    NoIinReason,
    Reminders,
    SlipLanguage,
)
from clinic_desk.domain.referral import Answer, Payer, PrintState, ReferralStatus
from clinic_desk.domain.streets import StreetSide

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _seq() -> Column[int]:
    return Column("seq", Integer, primary_key=True)


def _id() -> Column[str]:
    return Column("id", Text, nullable=False, unique=True)


def _words(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _day(name: str) -> Column[str | None]:
    return Column(name, Text)


def _moment(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False, server_default="1")


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


store_info = Table(
    "store_info",
    metadata,
    Column("only", Integer, primary_key=True),
    Column("profile_id", Text, nullable=False),
    _moment("created_at"),
    CheckConstraint("only = 1", name="only"),
)

districts = Table(
    "districts",
    metadata,
    _seq(),
    _id(),
    Column("number", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("doctor_id", Text, ForeignKey("doctors.id")),
    _version(),
    _one_of("kind", DistrictKind),
)

doctors = Table(
    "doctors",
    metadata,
    _seq(),
    _id(),
    Column("code", Text, nullable=False),
    _words("surname"),
    _words("given_name"),
    _words("patronymic"),
    _words("name_key"),
    _words("specialty_kk"),
    _words("specialty_ru"),
    _words("room"),
    _day("active_from"),
    _day("active_to"),
    _version(),
    Index("uq_doctors_code", "code", unique=True, sqlite_where=text("code <> ''")),
    Index("ix_doctors_name_key", "name_key"),
)

patients = Table(
    "patients",
    metadata,
    _seq(),
    _id(),
    Column("iin", Text),
    Column("no_iin_reason", Text),
    Column("mother_iin", Text),
    _words("surname"),
    _words("given_name"),
    _words("patronymic"),
    # Derived for searching: the folded name, and the digits of the phone from the last to the first.
    _words("name_key"),
    _day("birth_date"),
    Column("sex", Text, nullable=False),
    Column("phone", Text),
    Column("phone_tail", Text),
    _words("address"),
    Column("document", Text, nullable=False),
    _words("document_number"),
    Column("slip_language", Text, nullable=False),
    Column("attachment_state", Text, nullable=False),
    Column("district_id", Text, ForeignKey("districts.id")),
    Column("attachment_basis", Text),
    _day("attached_since"),
    Column("is_here", Integer, nullable=False),
    # The newest answer about insurance, kept by a trigger so that a list of hits needs no join.
    Column("insurance_status", Text, nullable=False, server_default=InsuranceStatus.UNKNOWN.value),
    Column("insurance_checked_at", Text),
    _moment("created_at"),
    _moment("updated_at"),
    _version(),
    _words("kato"),
    Column("age_band", Text),
    _words("citizenship"),
    Column("reminders", Text, nullable=False, server_default=Reminders.NOT_ASKED.value),
    Column("reminders_at", Text),
    _words("reminders_by"),
    # Derived from the address, so that the people of one street are found together.
    _words("street_key"),
    Column("house", Integer),
    CheckConstraint("length(id) = 32", name="id"),
    CheckConstraint("(iin IS NULL) <> (no_iin_reason IS NULL)", name="iin_or_reason"),
    CheckConstraint("length(iin) = 12", name="iin"),
    CheckConstraint("surname <> '' OR given_name <> ''", name="name"),
    CheckConstraint("is_here = (attachment_state = 'attached')", name="is_here"),
    _one_of("no_iin_reason", NoIinReason),
    _one_of("sex", Sex),
    _one_of("document", DocumentKind),
    _one_of("slip_language", SlipLanguage),
    _one_of("attachment_state", AttachmentState),
    _one_of("attachment_basis", AttachmentBasis),
    _one_of("insurance_status", InsuranceStatus),
    _one_of("age_band", AgeBand),
    _one_of("reminders", Reminders),
    Index("ix_patients_street_key", "street_key", "house", sqlite_where=text("street_key <> ''")),
    Index("ix_patients_district_id", "district_id", "birth_date", sqlite_where=text("is_here = 1")),
    Index("uq_patients_iin", "iin", unique=True, sqlite_where=text("iin IS NOT NULL")),
    Index("ix_patients_ranking", "is_here", "name_key", "birth_date"),
    Index("ix_patients_birth_date", "birth_date"),
    Index("ix_patients_phone_tail", "phone_tail", sqlite_where=text("phone_tail IS NOT NULL")),
    # The few whose registration is unfinished, and who may be here a second time.
    Index("ix_patients_without_iin", "iin", sqlite_where=text("iin IS NULL")),
)

services = Table(
    "services",
    metadata,
    _seq(),
    _id(),
    _words("code"),
    _words("title_ru"),
    _words("title_kk"),
    _words("title_en"),
    # The folded first title makes the natural key with the code; `words` holds all titles for searching.
    _words("title_key"),
    _words("words"),
    Column("package", Text, nullable=False),
    _words("specialty"),
    _words("price"),
    _words("coefficient"),
    _version(),
    UniqueConstraint("code", "title_key"),
    _one_of("package", Package),
)

diagnoses = Table(
    "diagnoses",
    metadata,
    Column("code", Text, primary_key=True),
    _words("title_ru"),
    _words("title_kk"),
    _words("title_en"),
    _words("words"),
    _version(),
    # Holds all that a search by words reads, a quarter of the table.
    Index("ix_diagnoses_words", "words", "code"),
    sqlite_with_rowid=False,
)

suppliers = Table(
    "suppliers",
    metadata,
    _seq(),
    _id(),
    _words("bin"),
    Column("name", Text, nullable=False),
    _words("name_key"),
    _words("region"),
    _words("region_key"),
    _words("address"),
    _words("phone"),
    _words("ownership"),
    Column("state", Text, nullable=False),
    _day("listed_from"),
    _day("listed_to"),
    Column("distance_km", Float),
    _version(),
    CheckConstraint("distance_km >= 0", name="distance_km"),
    _one_of("state", ListState),
    Index("uq_suppliers_bin", "bin", unique=True, sqlite_where=text("bin <> ''")),
    Index("ix_suppliers_name_key", "name_key", "region_key"),
)

supplier_cares = Table(
    "supplier_cares",
    metadata,
    Column("supplier_id", Text, ForeignKey("suppliers.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", Text, nullable=False),
    _words("kind"),
    _words("subkind"),
    _one_of("role", SupplierRole),
    sqlite_with_rowid=False,
)

offers = Table(
    "offers",
    metadata,
    _seq(),
    _id(),
    Column("supplier_id", Text, ForeignKey("suppliers.id"), nullable=False),
    Column("service_id", Text, ForeignKey("services.id"), nullable=False),
    Column("role", Text, nullable=False),
    # "" for an offer without a first day: a NULL would not take part in the key.
    _words("valid_from"),
    _day("valid_to"),
    Column("wait_days", Integer),
    _version(),
    CheckConstraint("wait_days >= 0", name="wait_days"),
    _one_of("role", SupplierRole),
    Index("ix_offers_service_id", "service_id", "supplier_id"),
    UniqueConstraint("supplier_id", "service_id", "role", "valid_from"),
)

insurance_checks = Table(
    "insurance_checks",
    metadata,
    _seq(),
    _id(),
    Column("patient_id", Text, ForeignKey("patients.id"), nullable=False),
    Column("status", Text, nullable=False),
    _moment("checked_at"),
    Column("channel", Text, nullable=False),
    _words("checked_by"),
    _words("category"),
    _words("reference"),
    _day("valid_through"),
    _words("months"),
    CheckConstraint("length(months) IN (0, 12)", name="months"),
    _one_of("status", InsuranceStatus),
    _one_of("channel", Channel),
    Index("ix_insurance_checks_patient_id", "patient_id", "checked_at"),
)

referrals = Table(
    "referrals",
    metadata,
    _seq(),
    _id(),
    Column("number", Text, nullable=False, unique=True),
    Column("operation_id", Text, nullable=False, unique=True),
    Column("patient_id", Text, ForeignKey("patients.id"), nullable=False),
    Column("service_id", Text, ForeignKey("services.id"), nullable=False),
    Column("icd_code", Text, ForeignKey("diagnoses.code"), nullable=False),
    Column("doctor_id", Text, ForeignKey("doctors.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("supplier_id", Text, ForeignKey("suppliers.id"), nullable=False),
    Column("supplier_role", Text, nullable=False),
    # What was known of the insurance at issue; a trigger refuses to change it.
    Column("insurance_status", Text, nullable=False),
    Column("payer", Text, nullable=False),
    _words("payer_rule"),
    Column("check_id", Text, ForeignKey("insurance_checks.id")),
    Column("checked_at", Text),
    Column("channel", Text),
    _words("reference"),
    _words("category"),
    _moment("issued_at"),
    _words("issued_by"),
    _words("desk"),
    Column("valid_until", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    _words("reason_evidence"),
    _words("note"),
    Column("reasons_given", Text, nullable=False, server_default="{}"),
    Column("status", Text, nullable=False),
    Column("print_state", Text, nullable=False),
    Column("copies_printed", Integer, nullable=False),
    Column("appointment_at", Text),
    _version(),
    Column("answer", Text),
    _words("payer_group"),
    _words("payer_source"),
    _day("payer_until"),
    _day("onset_on"),
    CheckConstraint("quantity >= 1", name="quantity"),
    CheckConstraint("copies_printed >= 0", name="copies_printed"),
    CheckConstraint("json_valid(reasons_given)", name="reasons_given"),
    _one_of("supplier_role", SupplierRole),
    _one_of("insurance_status", InsuranceStatus),
    _one_of("payer", Payer),
    _one_of("channel", Channel),
    _one_of("status", ReferralStatus),
    _one_of("print_state", PrintState),
    _one_of("answer", Answer),
    Index("ix_referrals_appointment_at", "appointment_at", sqlite_where=text("appointment_at IS NOT NULL")),
    Index("ix_referrals_patient_id", "patient_id", "issued_at"),
    # Each index is a page more to encrypt and write at every issue: rows come in the order of saving.
    Index("ix_referrals_status", "status", "print_state"),
)

referral_events = Table(
    "referral_events",
    metadata,
    _seq(),
    Column("referral_id", Text, ForeignKey("referrals.id"), nullable=False, index=True),
    Column("status", Text, nullable=False),
    _moment("at"),
    Column("by", Text, nullable=False),
    _words("note"),
    _one_of("status", ReferralStatus),
)

slips = Table(
    "slips",
    metadata,
    Column("referral_id", Text, ForeignKey("referrals.id"), primary_key=True),
    Column("copy", Integer, primary_key=True),
    Column("pdf", LargeBinary, nullable=False),
    _moment("at"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("owner", Text, primary_key=True),
    Column("payload", Text, nullable=False),
    _moment("saved_at"),
    CheckConstraint("json_valid(payload)", name="payload"),
)

settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    CheckConstraint("json_valid(value)", name="value"),
)

number_series = Table(
    "number_series",
    metadata,
    Column("desk", Text, primary_key=True),
    Column("series", Text, nullable=False),
    Column("next_counter", Integer, nullable=False),
    Column("reserved_to", Integer, nullable=False),
    sqlite_with_rowid=False,
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("seq", Integer, primary_key=True),
    _moment("at"),
    Column("monotonic_ns", Integer, nullable=False),
    Column("user", Text, nullable=False),
    Column("desk", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object_kind", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("operation_id", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("json_valid(fields)", name="fields"),
    Index("ix_audit_log_object_id", "object_id", "object_kind"),
    sqlite_autoincrement=True,
)

imports = Table(
    "imports",
    metadata,
    _seq(),
    _id(),
    Column("kind", Text, nullable=False),
    _moment("at"),
    Column("by", Text, nullable=False),
    Column("new", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("same", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    _words("file_hash"),
    _day("list_date"),
    Column("is_undone", Integer, nullable=False, server_default="0"),
    CheckConstraint("is_undone IN (0, 1)", name="is_undone"),
)

import_changes = Table(
    "import_changes",
    metadata,
    _seq(),
    Column("import_id", Text, ForeignKey("imports.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    # The row as it was, or NULL for a row that the import added.
    Column("before", Text),
    Column("version", Integer, nullable=False),
    # What imports did to one record; identities grow with time, so an import adds at the end.
    Index("ix_import_changes_row_id", "row_id"),
)

import_mappings = Table(
    "import_mappings",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("heading", Text, primary_key=True),
    Column("field", Text, nullable=False),
)

rule_documents = Table(
    "rule_documents",
    metadata,
    _seq(),
    _id(),
    Column("table_name", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("takes_effect_on", Text, nullable=False),
    _moment("imported_at"),
    Column("by", Text, nullable=False),
    _words("reason"),
    _words("file_hash"),
    Column("is_undone", Integer, nullable=False, server_default="0"),
    CheckConstraint("json_valid(document)", name="document"),
    CheckConstraint("is_undone IN (0, 1)", name="is_undone"),
)

insurance_failures = Table(
    "insurance_failures",
    metadata,
    _seq(),
    Column("patient_id", Text, ForeignKey("patients.id"), nullable=False),
    _moment("at"),
    Column("channel", Text, nullable=False),
    _words("by"),
    Column("why", Text, nullable=False),
    _one_of("channel", Channel),
    _one_of("why", WhyNoAnswer),
    Index("ix_insurance_failures_patient_id", "patient_id", "at"),
)

insurance_withdrawals = Table(
    "insurance_withdrawals",
    metadata,
    # An answer is never removed: beside it stands who took it back, when and why.
    Column("check_id", Text, ForeignKey("insurance_checks.id"), primary_key=True),
    _moment("at"),
    Column("by", Text, nullable=False),
    _words("reason"),
    sqlite_with_rowid=False,
)

attachment_cases = Table(
    "attachment_cases",
    metadata,
    _seq(),
    _id(),
    Column("patient_id", Text, ForeignKey("patients.id"), nullable=False),
    Column("operation_id", Text, nullable=False, unique=True),
    _moment("opened_at"),
    _words("opened_by"),
    Column("state", Text, nullable=False),
    Column("basis", Text),
    Column("district_id", Text, ForeignKey("districts.id")),
    Column("doctor_id", Text, ForeignKey("doctors.id")),
    _words("previous"),
    Column("consent", Text),
    Column("documents", Text, nullable=False, server_default="[]"),
    _words("care_at_home"),
    _day("contract_until"),
    # The person's attachment before sending: state, district, basis, since.
    Column("was", Text),
    Column("is_free_change", Integer, nullable=False, server_default="0"),
    Column("reasons_given", Text, nullable=False, server_default="{}"),
    _words("allowed_by"),
    _words("note"),
    Column("received_at", Text),
    Column("due_at", Text),
    Column("sent_at", Text),
    _words("sent_by"),
    Column("answered_at", Text),
    _words("answer_number"),
    _words("refusal_ground"),
    _words("refusal_text"),
    _day("effective_on"),
    _day("ended_on"),
    Column("end_reason", Text),
    _version(),
    CheckConstraint("sent_at IS NULL OR consent IS NOT NULL", name="consent_before_sending"),
    CheckConstraint("state IN ('draft', 'ended') OR consent IS NOT NULL", name="consent_of_state"),
    CheckConstraint("json_valid(consent)", name="consent"),
    CheckConstraint("json_valid(documents)", name="documents"),
    CheckConstraint("json_valid(was)", name="was"),
    CheckConstraint("json_valid(reasons_given)", name="reasons_given"),
    _one_of("state", CaseState),
    _one_of("basis", AttachmentBasis),
    _one_of("end_reason", EndReason),
    Index("ix_attachment_cases_patient_id", "patient_id", "opened_at"),
    Index("ix_attachment_cases_state", "state", "due_at"),
    # A person has one open case: the second desk is refused by the store itself.
    Index(
        "uq_attachment_cases_open",
        "patient_id",
        unique=True,
        sqlite_where=text("state IN ('draft', 'consented', 'sent', 'accepted')"),
    ),
    Index(
        "ix_attachment_cases_contract_until",
        "contract_until",
        sqlite_where=text("contract_until IS NOT NULL"),
    ),
)

attachment_events = Table(
    "attachment_events",
    metadata,
    _seq(),
    Column("case_id", Text, ForeignKey("attachment_cases.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    _moment("at"),
    Column("by", Text, nullable=False),
    _words("note"),
    _one_of("state", CaseState),
)

patient_history = Table(
    "patient_history",
    metadata,
    _seq(),
    Column("patient_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    _moment("at"),
    Column("by", Text, nullable=False),
    Column("what", Text, nullable=False),
    # Field to [old, new], as the store writes them.
    Column("changes", Text, nullable=False),
    CheckConstraint("json_valid(changes)", name="changes"),
    Index("ix_patient_history_patient_id", "patient_id", "version"),
)

patient_merges = Table(
    "patient_merges",
    metadata,
    _seq(),
    _id(),
    Column("kept_id", Text, nullable=False, index=True),
    Column("gone_id", Text, nullable=False, index=True),
    # The number that is no longer anybody's row and still leads to the kept person.
    Column("gone_iin", Text),
    _moment("at"),
    Column("by", Text, nullable=False),
    Column("allowed_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    # Every row as it was before, and which rows were given to the kept person.
    Column("snapshot", Text, nullable=False),
    Column("undone_at", Text),
    _words("undone_by"),
    CheckConstraint("json_valid(snapshot)", name="snapshot"),
    Index("ix_patient_merges_gone_iin", "gone_iin", sqlite_where=text("gone_iin IS NOT NULL")),
)

patient_pairs = Table(
    "patient_pairs",
    metadata,
    # Two people of whom somebody said that they are not one: nobody is asked twice.
    Column("first_id", Text, primary_key=True),
    Column("second_id", Text, primary_key=True),
    _moment("at"),
    Column("by", Text, nullable=False),
    _words("reason"),
    CheckConstraint("first_id < second_id", name="sorted"),
    Index("ix_patient_pairs_second_id", "second_id"),
    sqlite_with_rowid=False,
)

streets = Table(
    "streets",
    metadata,
    _seq(),
    _id(),
    Column("street", Text, nullable=False),
    Column("street_key", Text, nullable=False),
    Column("side", Text, nullable=False, server_default=StreetSide.ALL.value),
    Column("house_from", Integer),
    Column("house_to", Integer),
    Column("district_id", Text, ForeignKey("districts.id"), nullable=False),
    _version(),
    CheckConstraint("house_from >= 1", name="house_from"),
    CheckConstraint("house_to >= house_from", name="house_to"),
    _one_of("side", StreetSide),
    Index("ix_streets_street_key", "street_key"),
    Index("ix_streets_district_id", "district_id"),
)

district_moves = Table(
    "district_moves",
    metadata,
    _seq(),
    _id(),
    _moment("at"),
    Column("by", Text, nullable=False),
    Column("from_id", Text, ForeignKey("districts.id"), nullable=False),
    Column("to_id", Text, ForeignKey("districts.id"), nullable=False),
    # What was moved: a street with its houses, or an age group.
    Column("what", Text, nullable=False),
    Column("people", Integer, nullable=False),
    _words("reason"),
    _words("allowed_by"),
    Column("undone_at", Text),
    _words("undone_by"),
    CheckConstraint("json_valid(what)", name="what"),
)

district_move_people = Table(
    "district_move_people",
    metadata,
    # Row numbers, not identities: ten thousand people are moved in one act.
    Column("move", Integer, primary_key=True),
    Column("patient", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Index("ix_district_move_people_patient", "patient"),
    sqlite_with_rowid=False,
)
