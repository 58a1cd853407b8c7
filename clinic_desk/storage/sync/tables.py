"""The tables of offline work: the outbox, what is known of the upstream, what a person has to decide."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, text

from clinic_desk.domain.sync.conflicts import ConflictKind
from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.domain.sync.recalls import RecallEnd, RecallReason
from clinic_desk.storage.tables import metadata


def _seq() -> Column[int]:
    return Column("seq", Integer, primary_key=True)


def _id() -> Column[str]:
    return Column("id", Text, nullable=False, unique=True)


def _must(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _words(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _moment(name: str) -> Column[str | None]:
    return Column(name, Text)


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


outbox = Table(
    "outbox",
    metadata,
    # The order of this desk; a place is never given twice.
    Column("seq", Integer, primary_key=True),
    Column("op_id", Text, nullable=False, unique=True),
    _must("unit_id"),
    _must("kind"),
    _must("aggregate_id"),
    _must("record_id"),
    _must("actor"),
    _must("desk"),
    _must("acted_at"),
    _words("base_version"),
    Column("payload", Text, nullable=False, server_default="{}"),
    _words("depends_on"),
    Column("state", Text, nullable=False, server_default=OpState.PENDING.value),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _moment("next_try_at"),
    _moment("first_sent_at"),
    _moment("settled_at"),
    _words("answer_code"),
    _words("answer_text"),
    Column("answer_status", Integer),
    _moment("answer_at"),
    _words("resource_type"),
    _words("resource_id"),
    _words("resource_version"),
    _words("reason"),
    CheckConstraint("json_valid(payload)", name="payload"),
    CheckConstraint("state <> 'accepted' OR resource_id <> ''", name="receipt"),
    _one_of("kind", OpKind),
    _one_of("state", OpState),
    Index("ix_outbox_aggregate_id", "aggregate_id"),
    Index("ix_outbox_open", "state", sqlite_where=text("state NOT IN ('accepted', 'withdrawn')")),
    sqlite_autoincrement=True,
)

shadows = Table(
    "shadows",
    metadata,
    Column("resource_type", Text, primary_key=True),
    Column("resource_id", Text, primary_key=True),
    _must("version"),
    _must("updated_at"),
    _words("local_id"),
    _must("body"),
    _moment("gone_at"),
    Column("missed_sweeps", Integer, nullable=False, server_default="0"),
    CheckConstraint("json_valid(body)", name="body"),
    Index("ix_shadows_local_id", "local_id", "resource_type", sqlite_where=text("local_id <> ''")),
)

unresolved = Table(
    "unresolved",
    metadata,
    Column("wants", Text, primary_key=True),
    Column("resource_type", Text, primary_key=True),
    Column("resource_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)

sync_cursors = Table(
    "sync_cursors",
    metadata,
    Column("resource_type", Text, primary_key=True),
    _must("since"),
    _words("last_id"),
    Column("is_first_done", Integer, nullable=False, server_default="0"),
    Column("rows", Integer, nullable=False, server_default="0"),
    Column("total", Integer),
    sqlite_with_rowid=False,
)

sync_conflicts = Table(
    "sync_conflicts",
    metadata,
    _seq(),
    _id(),
    _must("kind"),
    _must("aggregate_id"),
    _words("op_id"),
    _must("resource_type"),
    _must("resource_id"),
    Column("fields", Text, nullable=False, server_default="[]"),
    _must("opened_at"),
    _moment("resolved_at"),
    _words("resolved_by"),
    Column("choice", Text, nullable=False, server_default="{}"),
    _words("reason"),
    CheckConstraint("json_valid(fields)", name="fields"),
    CheckConstraint("json_valid(choice)", name="choice"),
    _one_of("kind", ConflictKind),
    Index("ix_sync_conflicts_op_id", "op_id", sqlite_where=text("op_id <> ''")),
    Index("ix_sync_conflicts_open", "resolved_at", sqlite_where=text("resolved_at IS NULL")),
)

paper_recalls = Table(
    "paper_recalls",
    metadata,
    _seq(),
    _id(),
    _must("referral_id"),
    _must("reason"),
    _words("detail"),
    _must("opened_at"),
    _moment("called_at"),
    _words("called_by"),
    _moment("settled_at"),
    _words("settled_by"),
    Column("settled_how", Text),
    Column("replaced_by", Text),
    _words("note"),
    _one_of("reason", RecallReason),
    _one_of("settled_how", RecallEnd),
    Index("ix_paper_recalls_referral_id", "referral_id"),
    Index("ix_paper_recalls_open", "settled_at", sqlite_where=text("settled_at IS NULL")),
)

shifts = Table(
    "shifts",
    metadata,
    _seq(),
    _id(),
    _must("user"),
    _must("desk"),
    _must("opened_at"),
    _moment("closed_at"),
    Column("summary", Text),
    CheckConstraint("json_valid(summary)", name="summary"),
    Index("ix_shifts_user", "user", "closed_at"),
)

sync_state = Table(
    "sync_state",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    CheckConstraint("json_valid(value)", name="value"),
    sqlite_with_rowid=False,
)

sync_days = Table(
    "sync_days",
    metadata,
    Column("day", Text, primary_key=True),
    Column("sent", Integer, nullable=False, server_default="0"),
    Column("accepted", Integer, nullable=False, server_default="0"),
    Column("rejected", Integer, nullable=False, server_default="0"),
    Column("conflicts", Integer, nullable=False, server_default="0"),
    Column("pulled", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)
