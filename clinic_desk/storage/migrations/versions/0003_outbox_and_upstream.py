"""The outbox, what is known of the upstream, differences, papers to recall; referrals that were returned.

Written out in SQL and never derived from `tables`, which moves on while this stays as it was.
"""

from __future__ import annotations

from typing import Any

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE outbox (
        seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        op_id TEXT NOT NULL,
        unit_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        aggregate_id TEXT NOT NULL,
        record_id TEXT NOT NULL,
        actor TEXT NOT NULL,
        desk TEXT NOT NULL,
        acted_at TEXT NOT NULL,
        base_version TEXT DEFAULT '' NOT NULL,
        payload TEXT DEFAULT '{}' NOT NULL,
        depends_on TEXT DEFAULT '' NOT NULL,
        state TEXT DEFAULT 'pending' NOT NULL,
        attempts INTEGER DEFAULT '0' NOT NULL,
        next_try_at TEXT,
        first_sent_at TEXT,
        settled_at TEXT,
        answer_code TEXT DEFAULT '' NOT NULL,
        answer_text TEXT DEFAULT '' NOT NULL,
        answer_status INTEGER,
        answer_at TEXT,
        resource_type TEXT DEFAULT '' NOT NULL,
        resource_id TEXT DEFAULT '' NOT NULL,
        resource_version TEXT DEFAULT '' NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        CONSTRAINT ck_outbox_payload CHECK (json_valid(payload)),
        CONSTRAINT ck_outbox_receipt CHECK (state <> 'accepted' OR resource_id <> ''),
        CONSTRAINT ck_outbox_kind CHECK (kind IN ('patient.register', 'patient.change', 'patient.merge',
            'patient.unmerge', 'attachment.send', 'attachment.end',
            'referral.issue', 'referral.move', 'insurance.ask', 'insurance.record')),
        CONSTRAINT ck_outbox_state CHECK (state IN ('pending', 'sending', 'accepted', 'conflict',
            'rejected', 'held', 'withdrawn')),
        CONSTRAINT uq_outbox_op_id UNIQUE (op_id)
    )
    """,
    """
    CREATE TABLE shadows (
        resource_type TEXT NOT NULL,
        resource_id TEXT NOT NULL,
        version TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        local_id TEXT DEFAULT '' NOT NULL,
        body TEXT NOT NULL,
        gone_at TEXT,
        missed_sweeps INTEGER DEFAULT '0' NOT NULL,
        CONSTRAINT pk_shadows PRIMARY KEY (resource_type, resource_id),
        CONSTRAINT ck_shadows_body CHECK (json_valid(body))
    )
    """,
    """
    CREATE TABLE unresolved (
        wants TEXT NOT NULL,
        resource_type TEXT NOT NULL,
        resource_id TEXT NOT NULL,
        CONSTRAINT pk_unresolved PRIMARY KEY (wants, resource_type, resource_id)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE sync_cursors (
        resource_type TEXT NOT NULL,
        since TEXT NOT NULL,
        last_id TEXT DEFAULT '' NOT NULL,
        is_first_done INTEGER DEFAULT '0' NOT NULL,
        rows INTEGER DEFAULT '0' NOT NULL,
        total INTEGER,
        CONSTRAINT pk_sync_cursors PRIMARY KEY (resource_type)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE sync_conflicts (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        aggregate_id TEXT NOT NULL,
        op_id TEXT DEFAULT '' NOT NULL,
        resource_type TEXT NOT NULL,
        resource_id TEXT NOT NULL,
        fields TEXT DEFAULT '[]' NOT NULL,
        opened_at TEXT NOT NULL,
        resolved_at TEXT,
        resolved_by TEXT DEFAULT '' NOT NULL,
        choice TEXT DEFAULT '{}' NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_sync_conflicts PRIMARY KEY (seq),
        CONSTRAINT ck_sync_conflicts_fields CHECK (json_valid(fields)),
        CONSTRAINT ck_sync_conflicts_choice CHECK (json_valid(choice)),
        CONSTRAINT ck_sync_conflicts_kind CHECK (kind IN ('fields', 'duplicate', 'gone')),
        CONSTRAINT uq_sync_conflicts_id UNIQUE (id)
    )
    """,
    """
    CREATE TABLE paper_recalls (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        referral_id TEXT NOT NULL,
        reason TEXT NOT NULL,
        detail TEXT DEFAULT '' NOT NULL,
        opened_at TEXT NOT NULL,
        called_at TEXT,
        called_by TEXT DEFAULT '' NOT NULL,
        settled_at TEXT,
        settled_by TEXT DEFAULT '' NOT NULL,
        settled_how TEXT,
        replaced_by TEXT,
        note TEXT DEFAULT '' NOT NULL,
        CONSTRAINT pk_paper_recalls PRIMARY KEY (seq),
        CONSTRAINT ck_paper_recalls_reason CHECK (reason IN ('refused', 'not_insured', 'supplier_gone',
            'replaced', 'right_again')),
        CONSTRAINT ck_paper_recalls_settled_how CHECK (settled_how IN ('told', 'reprinted', 'returned',
            'healed')),
        CONSTRAINT uq_paper_recalls_id UNIQUE (id)
    )
    """,
    """
    CREATE TABLE shifts (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        user TEXT NOT NULL,
        desk TEXT NOT NULL,
        opened_at TEXT NOT NULL,
        closed_at TEXT,
        summary TEXT,
        CONSTRAINT pk_shifts PRIMARY KEY (seq),
        CONSTRAINT ck_shifts_summary CHECK (json_valid(summary)),
        CONSTRAINT uq_shifts_id UNIQUE (id)
    )
    """,
    """
    CREATE TABLE sync_state (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        CONSTRAINT pk_sync_state PRIMARY KEY (name),
        CONSTRAINT ck_sync_state_value CHECK (json_valid(value))
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE sync_days (
        day TEXT NOT NULL,
        sent INTEGER DEFAULT '0' NOT NULL,
        accepted INTEGER DEFAULT '0' NOT NULL,
        rejected INTEGER DEFAULT '0' NOT NULL,
        conflicts INTEGER DEFAULT '0' NOT NULL,
        pulled INTEGER DEFAULT '0' NOT NULL,
        CONSTRAINT pk_sync_days PRIMARY KEY (day)
    )
     WITHOUT ROWID
    """,
)

INDEXES = (
    "CREATE INDEX ix_outbox_aggregate_id ON outbox (aggregate_id)",
    "CREATE INDEX ix_outbox_open ON outbox (state) WHERE state NOT IN ('accepted', 'withdrawn')",
    "CREATE INDEX ix_shadows_local_id ON shadows (local_id, resource_type) WHERE local_id <> ''",
    "CREATE INDEX ix_sync_conflicts_op_id ON sync_conflicts (op_id) WHERE op_id <> ''",
    "CREATE INDEX ix_sync_conflicts_open ON sync_conflicts (resolved_at) WHERE resolved_at IS NULL",
    "CREATE INDEX ix_paper_recalls_open ON paper_recalls (settled_at) WHERE settled_at IS NULL",
    "CREATE INDEX ix_paper_recalls_referral_id ON paper_recalls (referral_id)",
    "CREATE INDEX ix_shifts_user ON shifts (user, closed_at)",
)

TRIGGERS = (
    "CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox "
    "BEGIN SELECT RAISE(ABORT, 'an operation is kept'); END",
    "CREATE TRIGGER outbox_fixed BEFORE UPDATE OF op_id, unit_id, kind, aggregate_id, record_id, actor, "
    "desk, acted_at ON outbox BEGIN SELECT RAISE(ABORT, 'an operation belongs to its author'); END",
    "CREATE TRIGGER outbox_accepted BEFORE UPDATE OF state ON outbox WHEN old.state = 'accepted' "
    "AND new.state <> 'accepted' BEGIN SELECT RAISE(ABORT, 'an accepted operation stays accepted'); END",
    "CREATE TRIGGER sync_conflicts_no_delete BEFORE DELETE ON sync_conflicts "
    "BEGIN SELECT RAISE(ABORT, 'a difference is kept'); END",
    "CREATE TRIGGER paper_recalls_no_delete BEFORE DELETE ON paper_recalls "
    "BEGIN SELECT RAISE(ABORT, 'a paper to recall is kept'); END",
)

DROPPED = (
    "sync_days", "sync_state", "shifts", "paper_recalls", "sync_conflicts", "sync_cursors", "unresolved",
    "shadows", "outbox",
)  # fmt: skip

OLD_STATUSES = "'scheduled', 'completed',"
NEW_STATUSES = "'scheduled', 'returned', 'completed',"


def upgrade() -> None:
    for statement in (*TABLES, *INDEXES, *TRIGGERS):
        op.execute(statement)
    _say_statuses(OLD_STATUSES, NEW_STATUSES)


def downgrade() -> None:
    driver: Any = op.get_bind().connection.driver_connection
    # The older program has no word for it: the supplier has the referral, and nobody knows more.
    driver.execute("UPDATE referrals SET status = 'sent' WHERE status = 'returned'")
    (guard,) = driver.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'referral_events_no_update'"
    ).fetchone()
    driver.execute("DROP TRIGGER referral_events_no_update")
    driver.execute("UPDATE referral_events SET status = 'sent' WHERE status = 'returned'")
    driver.execute(guard)
    _say_statuses(NEW_STATUSES, OLD_STATUSES)
    for name in DROPPED:
        op.execute(f"DROP TABLE {name}")


def _say_statuses(old: str, new: str) -> None:
    driver: Any = op.get_bind().connection.driver_connection
    (schema_version,) = driver.execute("PRAGMA schema_version").fetchone()
    driver.execute("PRAGMA writable_schema = ON")
    try:
        done = driver.execute(
            "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' "
            "AND name IN ('referrals', 'referral_events') AND instr(sql, ?) > 0",
            (old, new, old),
        ).rowcount
        if done != 2:
            raise RuntimeError("the statuses of referrals are not where the first store put them")
        # Every connection reads the tables' words again.
        driver.execute(f"PRAGMA schema_version = {schema_version + 1}")
    finally:
        driver.execute("PRAGMA writable_schema = OFF")
