"""The first store: tables, word indexes and the triggers that keep and guard them.

Written out in SQL and never derived from `tables`, which moves on while this stays as it was.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE audit_log (
        seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        monotonic_ns INTEGER NOT NULL,
        user TEXT NOT NULL,
        desk TEXT NOT NULL,
        action TEXT NOT NULL,
        object_kind TEXT NOT NULL,
        object_id TEXT NOT NULL,
        fields TEXT NOT NULL,
        reason TEXT NOT NULL,
        operation_id TEXT NOT NULL,
        prev_hash TEXT NOT NULL,
        hash TEXT NOT NULL,
        CONSTRAINT ck_audit_log_fields CHECK (json_valid(fields))
    )
    """,
    """
    CREATE INDEX ix_audit_log_object_id ON audit_log (object_id, object_kind)
    """,
    """
    CREATE TABLE diagnoses (
        code TEXT NOT NULL,
        title_ru TEXT DEFAULT '' NOT NULL,
        title_kk TEXT DEFAULT '' NOT NULL,
        title_en TEXT DEFAULT '' NOT NULL,
        words TEXT DEFAULT '' NOT NULL,
        version INTEGER DEFAULT '1' NOT NULL,
        CONSTRAINT pk_diagnoses PRIMARY KEY (code)
    ) WITHOUT ROWID
    """,
    """
    CREATE INDEX ix_diagnoses_words ON diagnoses (words, code)
    """,
    """
    CREATE TABLE doctors (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        code TEXT NOT NULL,
        surname TEXT DEFAULT '' NOT NULL,
        given_name TEXT DEFAULT '' NOT NULL,
        patronymic TEXT DEFAULT '' NOT NULL,
        name_key TEXT DEFAULT '' NOT NULL,
        specialty_kk TEXT DEFAULT '' NOT NULL,
        specialty_ru TEXT DEFAULT '' NOT NULL,
        room TEXT DEFAULT '' NOT NULL,
        active_from TEXT,
        active_to TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        CONSTRAINT pk_doctors PRIMARY KEY (seq),
        CONSTRAINT uq_doctors_id UNIQUE (id)
    )
    """,
    """
    CREATE INDEX ix_doctors_name_key ON doctors (name_key)
    """,
    """
    CREATE UNIQUE INDEX uq_doctors_code ON doctors (code) WHERE code <> ''
    """,
    """
    CREATE TABLE drafts (
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        owner TEXT NOT NULL,
        payload TEXT NOT NULL,
        saved_at TEXT NOT NULL,
        CONSTRAINT pk_drafts PRIMARY KEY (kind, subject, owner),
        CONSTRAINT ck_drafts_payload CHECK (json_valid(payload))
    )
    """,
    """
    CREATE TABLE import_mappings (
        kind TEXT NOT NULL,
        heading TEXT NOT NULL,
        field TEXT NOT NULL,
        CONSTRAINT pk_import_mappings PRIMARY KEY (kind, heading)
    )
    """,
    """
    CREATE TABLE imports (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        "by" TEXT NOT NULL,
        new INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        same INTEGER NOT NULL,
        refused INTEGER NOT NULL,
        file_hash TEXT DEFAULT '' NOT NULL,
        list_date TEXT,
        is_undone INTEGER DEFAULT '0' NOT NULL,
        CONSTRAINT pk_imports PRIMARY KEY (seq),
        CONSTRAINT ck_imports_is_undone CHECK (is_undone IN (0, 1)),
        CONSTRAINT uq_imports_id UNIQUE (id)
    )
    """,
    """
    CREATE TABLE number_series (
        desk TEXT NOT NULL,
        series TEXT NOT NULL,
        next_counter INTEGER NOT NULL,
        reserved_to INTEGER NOT NULL,
        CONSTRAINT pk_number_series PRIMARY KEY (desk)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE services (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        code TEXT DEFAULT '' NOT NULL,
        title_ru TEXT DEFAULT '' NOT NULL,
        title_kk TEXT DEFAULT '' NOT NULL,
        title_en TEXT DEFAULT '' NOT NULL,
        title_key TEXT DEFAULT '' NOT NULL,
        words TEXT DEFAULT '' NOT NULL,
        package TEXT NOT NULL,
        specialty TEXT DEFAULT '' NOT NULL,
        price TEXT DEFAULT '' NOT NULL,
        coefficient TEXT DEFAULT '' NOT NULL,
        version INTEGER DEFAULT '1' NOT NULL,
        CONSTRAINT pk_services PRIMARY KEY (seq),
        CONSTRAINT uq_services_code_title_key UNIQUE (code, title_key),
        CONSTRAINT ck_services_package CHECK (package IN ('guaranteed', 'insurance', 'unknown')),
        CONSTRAINT uq_services_id UNIQUE (id)
    )
    """,
    """
    CREATE TABLE settings (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        CONSTRAINT pk_settings PRIMARY KEY (name),
        CONSTRAINT ck_settings_value CHECK (json_valid(value))
    )
    """,
    """
    CREATE TABLE store_info (
        only INTEGER NOT NULL,
        profile_id TEXT NOT NULL,
        created_at TEXT NOT NULL,
        CONSTRAINT pk_store_info PRIMARY KEY (only),
        CONSTRAINT ck_store_info_only CHECK (only = 1)
    )
    """,
    """
    CREATE TABLE suppliers (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        bin TEXT DEFAULT '' NOT NULL,
        name TEXT NOT NULL,
        name_key TEXT DEFAULT '' NOT NULL,
        region TEXT DEFAULT '' NOT NULL,
        region_key TEXT DEFAULT '' NOT NULL,
        address TEXT DEFAULT '' NOT NULL,
        phone TEXT DEFAULT '' NOT NULL,
        ownership TEXT DEFAULT '' NOT NULL,
        state TEXT NOT NULL,
        listed_from TEXT,
        listed_to TEXT,
        distance_km FLOAT,
        version INTEGER DEFAULT '1' NOT NULL,
        CONSTRAINT pk_suppliers PRIMARY KEY (seq),
        CONSTRAINT ck_suppliers_distance_km CHECK (distance_km >= 0),
        CONSTRAINT ck_suppliers_state CHECK (state IN ('included', 'excluded', 'unknown')),
        CONSTRAINT uq_suppliers_id UNIQUE (id)
    )
    """,
    """
    CREATE INDEX ix_suppliers_name_key ON suppliers (name_key, region_key)
    """,
    """
    CREATE UNIQUE INDEX uq_suppliers_bin ON suppliers (bin) WHERE bin <> ''
    """,
    """
    CREATE TABLE districts (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        number TEXT NOT NULL,
        kind TEXT NOT NULL,
        doctor_id TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        CONSTRAINT pk_districts PRIMARY KEY (seq),
        CONSTRAINT ck_districts_kind
            CHECK (kind IN ('general', 'therapeutic', 'pediatric', 'primary')),
        CONSTRAINT uq_districts_id UNIQUE (id),
        CONSTRAINT uq_districts_number UNIQUE (number),
        CONSTRAINT fk_districts_doctor_id FOREIGN KEY(doctor_id) REFERENCES doctors (id)
    )
    """,
    """
    CREATE TABLE import_changes (
        seq INTEGER NOT NULL,
        import_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        row_id TEXT NOT NULL,
        "before" TEXT,
        version INTEGER NOT NULL,
        CONSTRAINT pk_import_changes PRIMARY KEY (seq),
        CONSTRAINT fk_import_changes_import_id FOREIGN KEY(import_id) REFERENCES imports (id)
    )
    """,
    """
    CREATE INDEX ix_import_changes_import_id ON import_changes (import_id)
    """,
    """
    CREATE TABLE offers (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        supplier_id TEXT NOT NULL,
        service_id TEXT NOT NULL,
        role TEXT NOT NULL,
        valid_from TEXT DEFAULT '' NOT NULL,
        valid_to TEXT,
        wait_days INTEGER,
        version INTEGER DEFAULT '1' NOT NULL,
        CONSTRAINT pk_offers PRIMARY KEY (seq),
        CONSTRAINT ck_offers_wait_days CHECK (wait_days >= 0),
        CONSTRAINT ck_offers_role CHECK (role IN ('supplier', 'co_executor')),
        CONSTRAINT uq_offers_supplier_id_service_id_role_valid_from
            UNIQUE (supplier_id, service_id, role, valid_from),
        CONSTRAINT uq_offers_id UNIQUE (id),
        CONSTRAINT fk_offers_supplier_id FOREIGN KEY(supplier_id) REFERENCES suppliers (id),
        CONSTRAINT fk_offers_service_id FOREIGN KEY(service_id) REFERENCES services (id)
    )
    """,
    """
    CREATE INDEX ix_offers_service_id ON offers (service_id, supplier_id)
    """,
    """
    CREATE TABLE supplier_cares (
        supplier_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        role TEXT NOT NULL,
        kind TEXT DEFAULT '' NOT NULL,
        subkind TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_supplier_cares PRIMARY KEY (supplier_id, position),
        CONSTRAINT ck_supplier_cares_role CHECK (role IN ('supplier', 'co_executor')),
        CONSTRAINT fk_supplier_cares_supplier_id
            FOREIGN KEY(supplier_id) REFERENCES suppliers (id) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE patients (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        iin TEXT,
        no_iin_reason TEXT,
        mother_iin TEXT,
        surname TEXT DEFAULT '' NOT NULL,
        given_name TEXT DEFAULT '' NOT NULL,
        patronymic TEXT DEFAULT '' NOT NULL,
        name_key TEXT DEFAULT '' NOT NULL,
        birth_date TEXT,
        sex TEXT NOT NULL,
        phone TEXT,
        phone_tail TEXT,
        address TEXT DEFAULT '' NOT NULL,
        document TEXT NOT NULL,
        document_number TEXT DEFAULT '' NOT NULL,
        slip_language TEXT NOT NULL,
        attachment_state TEXT NOT NULL,
        district_id TEXT,
        attachment_basis TEXT,
        attached_since TEXT,
        is_here INTEGER NOT NULL,
        insurance_status TEXT DEFAULT 'unknown' NOT NULL,
        insurance_checked_at TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        version INTEGER DEFAULT '1' NOT NULL,
        CONSTRAINT pk_patients PRIMARY KEY (seq),
        CONSTRAINT ck_patients_id CHECK (length(id) = 32),
        CONSTRAINT ck_patients_iin_or_reason CHECK ((iin IS NULL) <> (no_iin_reason IS NULL)),
        CONSTRAINT ck_patients_iin CHECK (length(iin) = 12),
        CONSTRAINT ck_patients_name CHECK (surname <> '' OR given_name <> ''),
        CONSTRAINT ck_patients_is_here CHECK (is_here = (attachment_state = 'attached')),
        CONSTRAINT ck_patients_no_iin_reason
            CHECK (no_iin_reason IN ('newborn', 'foreigner', 'unknown_person',
                'document_not_at_hand')),
        CONSTRAINT ck_patients_sex CHECK (sex IN ('male', 'female', 'unknown')),
        CONSTRAINT ck_patients_document
            CHECK (document IN ('identity_card', 'passport', 'birth_certificate',
                'residence_permit', 'foreign_passport', 'refugee_certificate', 'none')),
        CONSTRAINT ck_patients_slip_language CHECK (slip_language IN ('kk', 'ru', 'both')),
        CONSTRAINT ck_patients_attachment_state
            CHECK (attachment_state IN ('attached', 'pending', 'elsewhere', 'detached',
                'unknown')),
        CONSTRAINT ck_patients_attachment_basis
            CHECK (attachment_basis IN ('residence', 'free_choice', 'family', 'newborn',
                'study', 'eaeu_contract')),
        CONSTRAINT ck_patients_insurance_status
            CHECK (insurance_status IN ('insured_contributions', 'insured_state',
                'insured_state_local', 'grace_3m', 'grace_6m', 'conditional_de',
                'temporary_1m', 'uninsured', 'unknown')),
        CONSTRAINT uq_patients_id UNIQUE (id),
        CONSTRAINT fk_patients_district_id FOREIGN KEY(district_id) REFERENCES districts (id)
    )
    """,
    """
    CREATE INDEX ix_patients_birth_date ON patients (birth_date)
    """,
    """
    CREATE INDEX ix_patients_phone_tail ON patients (phone_tail) WHERE phone_tail IS NOT NULL
    """,
    """
    CREATE INDEX ix_patients_ranking ON patients (is_here, name_key, birth_date)
    """,
    """
    CREATE UNIQUE INDEX uq_patients_iin ON patients (iin) WHERE iin IS NOT NULL
    """,
    """
    CREATE TABLE insurance_checks (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        patient_id TEXT NOT NULL,
        status TEXT NOT NULL,
        checked_at TEXT NOT NULL,
        channel TEXT NOT NULL,
        checked_by TEXT DEFAULT '' NOT NULL,
        category TEXT DEFAULT '' NOT NULL,
        reference TEXT DEFAULT '' NOT NULL,
        valid_through TEXT,
        months TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_insurance_checks PRIMARY KEY (seq),
        CONSTRAINT ck_insurance_checks_months CHECK (length(months) IN (0, 12)),
        CONSTRAINT ck_insurance_checks_status
            CHECK (status IN ('insured_contributions', 'insured_state', 'insured_state_local',
                'grace_3m', 'grace_6m', 'conditional_de', 'temporary_1m', 'uninsured',
                'unknown')),
        CONSTRAINT ck_insurance_checks_channel
            CHECK (channel IN ('service', 'egov', 'fund_site', 'qoldau', 'bot', 'bank_app',
                'call_centre', 'paper')),
        CONSTRAINT uq_insurance_checks_id UNIQUE (id),
        CONSTRAINT fk_insurance_checks_patient_id FOREIGN KEY(patient_id) REFERENCES patients (id)
    )
    """,
    """
    CREATE INDEX ix_insurance_checks_patient_id ON insurance_checks (patient_id, checked_at)
    """,
    """
    CREATE TABLE referrals (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        number TEXT NOT NULL,
        operation_id TEXT NOT NULL,
        patient_id TEXT NOT NULL,
        service_id TEXT NOT NULL,
        icd_code TEXT NOT NULL,
        doctor_id TEXT NOT NULL,
        reason TEXT NOT NULL,
        supplier_id TEXT NOT NULL,
        supplier_role TEXT NOT NULL,
        insurance_status TEXT NOT NULL,
        payer TEXT NOT NULL,
        payer_rule TEXT DEFAULT '' NOT NULL,
        check_id TEXT,
        checked_at TEXT,
        channel TEXT,
        reference TEXT DEFAULT '' NOT NULL,
        category TEXT DEFAULT '' NOT NULL,
        issued_at TEXT NOT NULL,
        issued_by TEXT DEFAULT '' NOT NULL,
        desk TEXT DEFAULT '' NOT NULL,
        valid_until TEXT NOT NULL,
        quantity INTEGER NOT NULL,
        reason_evidence TEXT DEFAULT '' NOT NULL,
        note TEXT DEFAULT '' NOT NULL,
        reasons_given TEXT DEFAULT '{}' NOT NULL,
        status TEXT NOT NULL,
        print_state TEXT NOT NULL,
        copies_printed INTEGER NOT NULL,
        appointment_at TEXT,
        version INTEGER DEFAULT '1' NOT NULL,
        CONSTRAINT pk_referrals PRIMARY KEY (seq),
        CONSTRAINT ck_referrals_quantity CHECK (quantity >= 1),
        CONSTRAINT ck_referrals_copies_printed CHECK (copies_printed >= 0),
        CONSTRAINT ck_referrals_reasons_given CHECK (json_valid(reasons_given)),
        CONSTRAINT ck_referrals_supplier_role CHECK (supplier_role IN ('supplier', 'co_executor')),
        CONSTRAINT ck_referrals_insurance_status
            CHECK (insurance_status IN ('insured_contributions', 'insured_state',
                'insured_state_local', 'grace_3m', 'grace_6m', 'conditional_de',
                'temporary_1m', 'uninsured', 'unknown')),
        CONSTRAINT ck_referrals_payer
            CHECK (payer IN ('guaranteed', 'insurance', 'self_pay', 'unknown')),
        CONSTRAINT ck_referrals_channel
            CHECK (channel IN ('service', 'egov', 'fund_site', 'qoldau', 'bot', 'bank_app',
                'call_centre', 'paper')),
        CONSTRAINT ck_referrals_status
            CHECK (status IN ('issued', 'sent', 'accepted', 'scheduled', 'completed',
                'not_attended', 'refused', 'cancelled', 'expired')),
        CONSTRAINT ck_referrals_print_state
            CHECK (print_state IN ('to_print', 'printed', 'not_wanted')),
        CONSTRAINT uq_referrals_id UNIQUE (id),
        CONSTRAINT uq_referrals_number UNIQUE (number),
        CONSTRAINT uq_referrals_operation_id UNIQUE (operation_id),
        CONSTRAINT fk_referrals_patient_id FOREIGN KEY(patient_id) REFERENCES patients (id),
        CONSTRAINT fk_referrals_service_id FOREIGN KEY(service_id) REFERENCES services (id),
        CONSTRAINT fk_referrals_icd_code FOREIGN KEY(icd_code) REFERENCES diagnoses (code),
        CONSTRAINT fk_referrals_doctor_id FOREIGN KEY(doctor_id) REFERENCES doctors (id),
        CONSTRAINT fk_referrals_supplier_id FOREIGN KEY(supplier_id) REFERENCES suppliers (id),
        CONSTRAINT fk_referrals_check_id FOREIGN KEY(check_id) REFERENCES insurance_checks (id)
    )
    """,
    """
    CREATE INDEX ix_referrals_patient_id ON referrals (patient_id, issued_at)
    """,
    """
    CREATE INDEX ix_referrals_status ON referrals (status, print_state)
    """,
    """
    CREATE TABLE referral_events (
        seq INTEGER NOT NULL,
        referral_id TEXT NOT NULL,
        status TEXT NOT NULL,
        at TEXT NOT NULL,
        "by" TEXT NOT NULL,
        note TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_referral_events PRIMARY KEY (seq),
        CONSTRAINT ck_referral_events_status
            CHECK (status IN ('issued', 'sent', 'accepted', 'scheduled', 'completed',
                'not_attended', 'refused', 'cancelled', 'expired')),
        CONSTRAINT fk_referral_events_referral_id FOREIGN KEY(referral_id) REFERENCES referrals (id)
    )
    """,
    """
    CREATE INDEX ix_referral_events_referral_id ON referral_events (referral_id)
    """,
    """
    CREATE TABLE slips (
        referral_id TEXT NOT NULL,
        copy INTEGER NOT NULL,
        pdf BLOB NOT NULL,
        at TEXT NOT NULL,
        CONSTRAINT pk_slips PRIMARY KEY (referral_id, copy),
        CONSTRAINT fk_slips_referral_id FOREIGN KEY(referral_id) REFERENCES referrals (id)
    )
    """,
)

# `detail=none`: only whole words are asked for, never phrases, which halves the index. Digits in a
# row are phrases of groups of three. The words
# of a person are the folded name, the year of birth and, for people not attached here, a mark
# made of a letter that folding removes, so no name can hold it.
WORD_INDEXES = (
    """
    CREATE VIRTUAL TABLE patient_words USING fts5(
        words, content='', contentless_delete=1, detail=none, prefix='2 3 4',
        tokenize='unicode61 remove_diacritics 0'
    )
    """,
    "CREATE VIRTUAL TABLE patient_vocabulary USING fts5vocab(patient_words, row)",
    """
    CREATE VIRTUAL TABLE patient_digits USING fts5(
        iin, phone, content='', contentless_delete=1, tokenize='trigram'
    )
    """,
)

# What of each person goes into the two indexes. Ten national digits of a Kazakhstan number, all
# digits of another one.
INDEXED = """
    CREATE VIEW patient_indexed AS SELECT
        seq,
        name_key || ' ' || coalesce(substr(birth_date, 1, 4), '')
            || CASE is_here WHEN 1 THEN '' ELSE ' ъ' END AS words,
        iin,
        CASE WHEN phone LIKE '+7%' THEN substr(phone, 3) ELSE substr(phone, 2) END AS phone
    FROM patients
"""
_ADD_WORDS = (
    "INSERT INTO patient_words (rowid, words) SELECT seq, words FROM patient_indexed WHERE seq = new.seq"
)
_ADD_DIGITS = (
    "INSERT INTO patient_digits (rowid, iin, phone) "
    "SELECT seq, iin, phone FROM patient_indexed WHERE seq = new.seq"
)

# Bulk writing sets the first three aside for its transaction (`bulk_patients`): inside a trigger the
# word indexes write themselves out after every single row.
WORD_TRIGGERS = (
    f"CREATE TRIGGER patient_words_added AFTER INSERT ON patients BEGIN {_ADD_WORDS}; {_ADD_DIGITS}; END",
    f"""
    CREATE TRIGGER patient_words_changed AFTER UPDATE OF name_key, birth_date, is_here ON patients
    WHEN old.name_key <> new.name_key OR old.birth_date IS NOT new.birth_date OR old.is_here <> new.is_here
    BEGIN
        DELETE FROM patient_words WHERE rowid = old.seq;
        {_ADD_WORDS};
    END
    """,  # noqa: S608 - constants of this module
    f"""
    CREATE TRIGGER patient_digits_changed AFTER UPDATE OF iin, phone ON patients
    WHEN old.iin IS NOT new.iin OR old.phone IS NOT new.phone
    BEGIN
        DELETE FROM patient_digits WHERE rowid = old.seq;
        {_ADD_DIGITS};
    END
    """,  # noqa: S608 - constants of this module
    """
    CREATE TRIGGER patient_words_removed AFTER DELETE ON patients BEGIN
        DELETE FROM patient_words WHERE rowid = old.seq;
        DELETE FROM patient_digits WHERE rowid = old.seq;
    END
    """,
    """
    CREATE TRIGGER patient_insurance_answered AFTER INSERT ON insurance_checks BEGIN
        UPDATE patients SET insurance_status = new.status, insurance_checked_at = new.checked_at
        WHERE id = new.patient_id
            AND (insurance_checked_at IS NULL OR insurance_checked_at <= new.checked_at);
    END
    """,
)

APPEND_ONLY = ("audit_log", "insurance_checks", "referral_events")
FIXED_AT_ISSUE = (
    "id, number, operation_id, patient_id, service_id, icd_code, doctor_id, reason, supplier_id, "
    "supplier_role, insurance_status, payer, payer_rule, check_id, checked_at, channel, reference, "
    "category, issued_at, issued_by, desk, valid_until, quantity, reason_evidence, note, reasons_given"
)
GUARDS = (
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ),
    f"CREATE TRIGGER referrals_fixed BEFORE UPDATE OF {FIXED_AT_ISSUE} ON referrals "
    "BEGIN SELECT RAISE(ABORT, 'a referral is fixed at issue'); END",
    "CREATE TRIGGER referrals_no_delete BEFORE DELETE ON referrals "
    "BEGIN SELECT RAISE(ABORT, 'a referral is never deleted'); END",
)

DROPPED = (
    "patient_vocabulary", "patient_words", "patient_digits",
    "slips", "referral_events", "referrals", "insurance_checks", "patients", "supplier_cares",
    "offers", "import_changes", "districts", "suppliers", "store_info", "settings", "services",
    "number_series", "imports", "import_mappings", "drafts", "doctors", "diagnoses",
    "audit_log",
)  # fmt: skip


def upgrade() -> None:
    """Everything is there, empty."""
    for statement in (*TABLES, *WORD_INDEXES, INDEXED, *WORD_TRIGGERS, *GUARDS):
        op.execute(statement)


def downgrade() -> None:
    """Nothing is left; the triggers go with their tables."""
    # Rows of children go first, and the one circle (district and doctor) is cut.
    op.execute("UPDATE patients SET district_id = NULL")
    op.execute("UPDATE districts SET doctor_id = NULL")
    for guard in ("referrals_no_delete", *(f"{table}_no_delete" for table in APPEND_ONLY)):
        op.execute(f"DROP TRIGGER {guard}")
    op.execute("DROP VIEW patient_indexed")
    for name in DROPPED:
        op.execute(f"DROP TABLE {name}")
