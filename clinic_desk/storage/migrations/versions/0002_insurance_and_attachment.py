"""Attachment cases, imported rule tables, streets, merges, the history of people, verdicts on referrals.

Written out in SQL and never derived from `tables`, which moves on while this stays as it was.
"""

from __future__ import annotations

from typing import Any

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = (
    "ALTER TABLE patients ADD COLUMN kato TEXT DEFAULT '' NOT NULL",
    """
    ALTER TABLE patients ADD COLUMN age_band TEXT
        CONSTRAINT ck_patients_age_band
            CHECK (age_band IN ('under_1', 'from_1_to_14', 'from_14_to_18', 'from_18'))
    """,
    "ALTER TABLE patients ADD COLUMN citizenship TEXT DEFAULT '' NOT NULL",
    """
    ALTER TABLE patients ADD COLUMN reminders TEXT DEFAULT 'not_asked' NOT NULL
        CONSTRAINT ck_patients_reminders CHECK (reminders IN ('not_asked', 'yes', 'no'))
    """,
    "ALTER TABLE patients ADD COLUMN reminders_at TEXT",
    "ALTER TABLE patients ADD COLUMN reminders_by TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE patients ADD COLUMN street_key TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE patients ADD COLUMN house INTEGER",
    """
    ALTER TABLE referrals ADD COLUMN answer TEXT
        CONSTRAINT ck_referrals_answer
            CHECK (answer IN ('covered', 'covered_other', 'not_covered', 'unknown'))
    """,
    "ALTER TABLE referrals ADD COLUMN payer_group TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE referrals ADD COLUMN payer_source TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE referrals ADD COLUMN payer_until TEXT",
    "ALTER TABLE referrals ADD COLUMN onset_on TEXT",
)

INDEXES = (
    "CREATE INDEX ix_patients_street_key ON patients (street_key, house) WHERE street_key <> ''",
    "CREATE INDEX ix_patients_district_id ON patients (district_id, birth_date) WHERE is_here = 1",
    "CREATE INDEX ix_patients_without_iin ON patients (iin) WHERE iin IS NULL",
    "CREATE INDEX ix_import_changes_row_id ON import_changes (row_id)",
    "CREATE INDEX ix_referrals_appointment_at ON referrals (appointment_at) WHERE appointment_at IS NOT NULL",
)

TABLES = (
    """
    CREATE TABLE rule_documents (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        table_name TEXT NOT NULL,
        document TEXT NOT NULL,
        takes_effect_on TEXT NOT NULL,
        imported_at TEXT NOT NULL,
        "by" TEXT NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        file_hash TEXT DEFAULT '' NOT NULL,
        is_undone INTEGER DEFAULT '0' NOT NULL,
        CONSTRAINT pk_rule_documents PRIMARY KEY (seq),
        CONSTRAINT ck_rule_documents_document CHECK (json_valid(document)),
        CONSTRAINT ck_rule_documents_is_undone CHECK (is_undone IN (0, 1)),
        CONSTRAINT uq_rule_documents_id UNIQUE (id)
    )
    """,
    """
    CREATE TABLE insurance_failures (
        seq INTEGER NOT NULL,
        patient_id TEXT NOT NULL,
        at TEXT NOT NULL,
        channel TEXT NOT NULL,
        "by" TEXT DEFAULT '' NOT NULL,
        why TEXT NOT NULL,
        CONSTRAINT pk_insurance_failures PRIMARY KEY (seq),
        CONSTRAINT ck_insurance_failures_channel
            CHECK (channel IN ('service', 'egov', 'fund_site', 'qoldau', 'bot', 'bank_app',
                'call_centre', 'paper')),
        CONSTRAINT ck_insurance_failures_why
            CHECK (why IN ('no_answer', 'no_connection', 'refused', 'not_understood')),
        CONSTRAINT fk_insurance_failures_patient_id FOREIGN KEY(patient_id) REFERENCES patients (id)
    )
    """,
    "CREATE INDEX ix_insurance_failures_patient_id ON insurance_failures (patient_id, at)",
    """
    CREATE TABLE insurance_withdrawals (
        check_id TEXT NOT NULL,
        at TEXT NOT NULL,
        "by" TEXT NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_insurance_withdrawals PRIMARY KEY (check_id),
        CONSTRAINT fk_insurance_withdrawals_check_id FOREIGN KEY(check_id)
            REFERENCES insurance_checks (id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE attachment_cases (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        patient_id TEXT NOT NULL,
        operation_id TEXT NOT NULL,
        opened_at TEXT NOT NULL,
        opened_by TEXT DEFAULT '' NOT NULL,
        state TEXT NOT NULL,
        basis TEXT,
        district_id TEXT,
        doctor_id TEXT,
        previous TEXT DEFAULT '' NOT NULL,
        consent TEXT,
        documents TEXT DEFAULT '[]' NOT NULL,
        care_at_home TEXT DEFAULT '' NOT NULL,
        contract_until TEXT,
        was TEXT,
        is_free_change INTEGER DEFAULT '0' NOT NULL,
        reasons_given TEXT DEFAULT '{}' NOT NULL,
        allowed_by TEXT DEFAULT '' NOT NULL,
        note TEXT DEFAULT '' NOT NULL,
        received_at TEXT,
        due_at TEXT,
        sent_at TEXT,
        sent_by TEXT DEFAULT '' NOT NULL,
        answered_at TEXT,
        answer_number TEXT DEFAULT '' NOT NULL,
        refusal_ground TEXT DEFAULT '' NOT NULL,
        refusal_text TEXT DEFAULT '' NOT NULL,
        effective_on TEXT,
        ended_on TEXT,
        end_reason TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        CONSTRAINT pk_attachment_cases PRIMARY KEY (seq),
        CONSTRAINT ck_attachment_cases_consent_before_sending
            CHECK (sent_at IS NULL OR consent IS NOT NULL),
        CONSTRAINT ck_attachment_cases_consent_of_state
            CHECK (state IN ('draft', 'ended') OR consent IS NOT NULL),
        CONSTRAINT ck_attachment_cases_consent CHECK (json_valid(consent)),
        CONSTRAINT ck_attachment_cases_documents CHECK (json_valid(documents)),
        CONSTRAINT ck_attachment_cases_was CHECK (json_valid(was)),
        CONSTRAINT ck_attachment_cases_reasons_given CHECK (json_valid(reasons_given)),
        CONSTRAINT ck_attachment_cases_state
            CHECK (state IN ('draft', 'consented', 'sent', 'accepted', 'refused', 'in_force', 'ended')),
        CONSTRAINT ck_attachment_cases_basis
            CHECK (basis IN ('residence', 'free_choice', 'family', 'newborn', 'study', 'eaeu_contract')),
        CONSTRAINT ck_attachment_cases_end_reason
            CHECK (end_reason IN ('withdrawn', 'contract_ended', 'other_organisation', 'other_district',
                'moved_away', 'died')),
        CONSTRAINT uq_attachment_cases_id UNIQUE (id),
        CONSTRAINT uq_attachment_cases_operation_id UNIQUE (operation_id),
        CONSTRAINT fk_attachment_cases_patient_id FOREIGN KEY(patient_id) REFERENCES patients (id),
        CONSTRAINT fk_attachment_cases_district_id FOREIGN KEY(district_id) REFERENCES districts (id),
        CONSTRAINT fk_attachment_cases_doctor_id FOREIGN KEY(doctor_id) REFERENCES doctors (id)
    )
    """,
    "CREATE INDEX ix_attachment_cases_patient_id ON attachment_cases (patient_id, opened_at)",
    "CREATE INDEX ix_attachment_cases_state ON attachment_cases (state, due_at)",
    # A person has one open case: the second desk is refused by the store itself.
    """
    CREATE UNIQUE INDEX uq_attachment_cases_open ON attachment_cases (patient_id)
        WHERE state IN ('draft', 'consented', 'sent', 'accepted')
    """,
    """
    CREATE INDEX ix_attachment_cases_contract_until ON attachment_cases (contract_until)
        WHERE contract_until IS NOT NULL
    """,
    """
    CREATE TABLE attachment_events (
        seq INTEGER NOT NULL,
        case_id TEXT NOT NULL,
        state TEXT NOT NULL,
        at TEXT NOT NULL,
        "by" TEXT NOT NULL,
        note TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_attachment_events PRIMARY KEY (seq),
        CONSTRAINT ck_attachment_events_state
            CHECK (state IN ('draft', 'consented', 'sent', 'accepted', 'refused', 'in_force', 'ended')),
        CONSTRAINT fk_attachment_events_case_id FOREIGN KEY(case_id) REFERENCES attachment_cases (id)
    )
    """,
    "CREATE INDEX ix_attachment_events_case_id ON attachment_events (case_id)",
    """
    CREATE TABLE patient_history (
        seq INTEGER NOT NULL,
        patient_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        at TEXT NOT NULL,
        "by" TEXT NOT NULL,
        what TEXT NOT NULL,
        changes TEXT NOT NULL,
        CONSTRAINT pk_patient_history PRIMARY KEY (seq),
        CONSTRAINT ck_patient_history_changes CHECK (json_valid(changes))
    )
    """,
    "CREATE INDEX ix_patient_history_patient_id ON patient_history (patient_id, version)",
    """
    CREATE TABLE patient_merges (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        kept_id TEXT NOT NULL,
        gone_id TEXT NOT NULL,
        gone_iin TEXT,
        at TEXT NOT NULL,
        "by" TEXT NOT NULL,
        allowed_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        snapshot TEXT NOT NULL,
        undone_at TEXT,
        undone_by TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_patient_merges PRIMARY KEY (seq),
        CONSTRAINT ck_patient_merges_snapshot CHECK (json_valid(snapshot)),
        CONSTRAINT uq_patient_merges_id UNIQUE (id)
    )
    """,
    "CREATE INDEX ix_patient_merges_kept_id ON patient_merges (kept_id)",
    "CREATE INDEX ix_patient_merges_gone_id ON patient_merges (gone_id)",
    "CREATE INDEX ix_patient_merges_gone_iin ON patient_merges (gone_iin) WHERE gone_iin IS NOT NULL",
    """
    CREATE TABLE patient_pairs (
        first_id TEXT NOT NULL,
        second_id TEXT NOT NULL,
        at TEXT NOT NULL,
        "by" TEXT NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_patient_pairs PRIMARY KEY (first_id, second_id),
        CONSTRAINT ck_patient_pairs_sorted CHECK (first_id < second_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX ix_patient_pairs_second_id ON patient_pairs (second_id)",
    """
    CREATE TABLE streets (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        street TEXT NOT NULL,
        street_key TEXT NOT NULL,
        side TEXT DEFAULT 'all' NOT NULL,
        house_from INTEGER,
        house_to INTEGER,
        district_id TEXT NOT NULL,
        version INTEGER DEFAULT '1' NOT NULL,
        CONSTRAINT pk_streets PRIMARY KEY (seq),
        CONSTRAINT ck_streets_house_from CHECK (house_from >= 1),
        CONSTRAINT ck_streets_house_to CHECK (house_to >= house_from),
        CONSTRAINT ck_streets_side CHECK (side IN ('all', 'odd', 'even')),
        CONSTRAINT uq_streets_id UNIQUE (id),
        CONSTRAINT fk_streets_district_id FOREIGN KEY(district_id) REFERENCES districts (id)
    )
    """,
    "CREATE INDEX ix_streets_street_key ON streets (street_key)",
    "CREATE INDEX ix_streets_district_id ON streets (district_id)",
    """
    CREATE TABLE district_moves (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        at TEXT NOT NULL,
        "by" TEXT NOT NULL,
        from_id TEXT NOT NULL,
        to_id TEXT NOT NULL,
        what TEXT NOT NULL,
        people INTEGER NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        allowed_by TEXT DEFAULT '' NOT NULL,
        undone_at TEXT,
        undone_by TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_district_moves PRIMARY KEY (seq),
        CONSTRAINT ck_district_moves_what CHECK (json_valid(what)),
        CONSTRAINT uq_district_moves_id UNIQUE (id),
        CONSTRAINT fk_district_moves_from_id FOREIGN KEY(from_id) REFERENCES districts (id),
        CONSTRAINT fk_district_moves_to_id FOREIGN KEY(to_id) REFERENCES districts (id)
    )
    """,
    """
    CREATE TABLE district_move_people (
        move INTEGER NOT NULL,
        patient INTEGER NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_district_move_people PRIMARY KEY (move, patient)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX ix_district_move_people_patient ON district_move_people (patient)",
)

# The payer got one more value. SQLite changes a CHECK only by a new table or by its own words for it; the
# rows of all referrals, their guards and their slips stay where they are this way.
OLD_PAYERS = "CHECK (payer IN ('guaranteed', 'insurance', 'self_pay', 'unknown'))"
NEW_PAYERS = "CHECK (payer IN ('guaranteed', 'insurance', 'contract', 'self_pay', 'unknown'))"

FIXED_BEFORE = (
    "id, number, operation_id, patient_id, service_id, icd_code, doctor_id, reason, supplier_id, "
    "supplier_role, insurance_status, payer, payer_rule, check_id, checked_at, channel, reference, "
    "category, issued_at, issued_by, desk, valid_until, quantity, reason_evidence, note, reasons_given"
)
FIXED_NOW = f"{FIXED_BEFORE}, answer, payer_group, payer_source, payer_until, onset_on"

# The answer that counts after one was withdrawn: the newest that still stands.
_STANDING = (
    "FROM insurance_checks AS c WHERE c.patient_id = patients.id AND NOT EXISTS "
    "(SELECT 1 FROM insurance_withdrawals AS w WHERE w.check_id = c.id) "
    "ORDER BY c.checked_at DESC, c.seq DESC LIMIT 1"
)
WITHDRAWN = f"""
    CREATE TRIGGER patient_insurance_withdrawn AFTER INSERT ON insurance_withdrawals BEGIN
        UPDATE patients SET
            insurance_status = coalesce((SELECT c.status {_STANDING}), 'unknown'),
            insurance_checked_at = (SELECT c.checked_at {_STANDING})
        WHERE id = (SELECT patient_id FROM insurance_checks WHERE id = new.check_id);
    END
"""  # noqa: S608 - constants of this module

SENT = (
    *("operation_id", "basis", "district_id", "consent", "documents", "contract_until", "reasons_given"),
    *("allowed_by", "received_at", "sent_at", "sent_by"),
)

GUARDS = (
    WITHDRAWN,
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
        for table in ("attachment_events", "insurance_withdrawals", "patient_history")
        for verb in ("UPDATE", "DELETE")
    ),
    "CREATE TRIGGER attachment_cases_no_delete BEFORE DELETE ON attachment_cases "
    "BEGIN SELECT RAISE(ABORT, 'an attachment case is never deleted'); END",
    # Who agreed, to what and when cannot be told otherwise once it has left the desk.
    "CREATE TRIGGER attachment_cases_fixed BEFORE UPDATE ON attachment_cases "
    f"WHEN OLD.sent_at IS NOT NULL AND ({' OR '.join(f'OLD.{name} IS NOT NEW.{name}' for name in SENT)}) "
    "BEGIN SELECT RAISE(ABORT, 'an application is fixed at sending'); END",
    "CREATE TRIGGER patient_merges_no_delete BEFORE DELETE ON patient_merges "
    "BEGIN SELECT RAISE(ABORT, 'a merge is never deleted'); END",
    "CREATE TRIGGER rule_documents_no_delete BEFORE DELETE ON rule_documents "
    "BEGIN SELECT RAISE(ABORT, 'an imported rule table is never deleted'); END",
)

DROPPED = (
    "district_move_people", "district_moves", "streets", "patient_pairs", "patient_merges",
    "patient_history", "attachment_events", "attachment_cases", "insurance_withdrawals",
    "insurance_failures", "rule_documents",
)  # fmt: skip
DROPPED_COLUMNS = (
    ("patients", ("house", "street_key", "reminders_by", "reminders_at", "reminders", "citizenship",
                  "age_band", "kato")),
    ("referrals", ("onset_on", "payer_until", "payer_source", "payer_group", "answer")),
)  # fmt: skip
_CHUNK = 2_000


def upgrade() -> None:
    """The new tables are there, and every written address is cut into street and house."""
    for statement in (*COLUMNS, *INDEXES, *TABLES):
        op.execute(statement)
    _say_payers(OLD_PAYERS, NEW_PAYERS)
    _guard_referrals(FIXED_NOW)
    for statement in GUARDS:
        op.execute(statement)
    _split_addresses()


def downgrade() -> None:
    """The tables of the first store are left; a worker's contract becomes "unknown"."""
    op.execute("DROP TRIGGER referrals_fixed")
    op.execute("UPDATE referrals SET payer = 'unknown' WHERE payer = 'contract'")
    for guard in (
        "attachment_events_no_delete",
        "insurance_withdrawals_no_delete",
        "patient_history_no_delete",
        "patient_merges_no_delete",
        "attachment_cases_no_delete",
        "rule_documents_no_delete",
    ):
        op.execute(f"DROP TRIGGER {guard}")
    for name in DROPPED:
        op.execute(f"DROP TABLE {name}")
    for index in (
        "ix_patients_street_key",
        "ix_patients_district_id",
        "ix_patients_without_iin",
        "ix_import_changes_row_id",
        "ix_referrals_appointment_at",
    ):
        op.execute(f"DROP INDEX {index}")
    for table, columns in DROPPED_COLUMNS:
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    _say_payers(NEW_PAYERS, OLD_PAYERS)
    op.execute(
        f"CREATE TRIGGER referrals_fixed BEFORE UPDATE OF {FIXED_BEFORE} ON referrals "
        "BEGIN SELECT RAISE(ABORT, 'a referral is fixed at issue'); END"
    )


def _guard_referrals(fixed: str) -> None:
    op.execute("DROP TRIGGER referrals_fixed")
    op.execute(
        f"CREATE TRIGGER referrals_fixed BEFORE UPDATE OF {fixed} ON referrals "
        "BEGIN SELECT RAISE(ABORT, 'a referral is fixed at issue'); END"
    )


def _say_payers(old: str, new: str) -> None:
    driver: Any = op.get_bind().connection.driver_connection
    (schema_version,) = driver.execute("PRAGMA schema_version").fetchone()
    driver.execute("PRAGMA writable_schema = ON")
    try:
        done = driver.execute(
            "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'referrals' "
            "AND instr(sql, ?) > 0",
            (old, new, old),
        ).rowcount
        if done != 1:
            raise RuntimeError("the payers of referrals are not where the first store put them")
        # Every connection reads the tables' words again.
        driver.execute(f"PRAGMA schema_version = {schema_version + 1}")
    finally:
        driver.execute("PRAGMA writable_schema = OFF")


def _split_addresses() -> None:
    from clinic_desk.domain.address import split_address

    driver: Any = op.get_bind().connection.driver_connection
    rows = driver.execute("SELECT seq, address FROM patients WHERE address <> ''")
    while chunk := rows.fetchmany(_CHUNK):
        cut = [(split_address(address), seq) for seq, address in chunk]
        driver.executemany(
            "UPDATE patients SET street_key = ?, house = ? WHERE seq = ?",
            [(address.street_key, address.house, seq) for address, seq in cut],
        )
