"""Tables that the issue of a referral reads: reasons, and the limits of the whole program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.rule_tables.fields import Code, Number, Text
from clinic_desk.domain.rule_tables.schema import TableSchema


@dataclass(frozen=True, slots=True)
class Reason:
    """One of the reasons to send a person to an outside supplier; `key` is its digit at the desk."""

    code: str
    key: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A term or threshold; the unit stands in its name."""

    limit: str
    value: int


_REASONS: Final = ("no_specialist", "no_equipment", "full_for_month", "doctor_on_leave", "equipment_broken")

KNOWN_LIMITS: Final = (
    "referral_validity_days",
    "wait_warning_working_days",
    "supplier_list_age_days",
    "insurance_fresh_hours",
    "insurance_recheck_days",
    "sync_idle_s",
    "print_waits_for_server_s",
    "sync_stale_minutes",
    "clock_skew_warning_s",
    "insurance_check_ahead_days",
    "insurance_batch_per_run",
    "insurance_batch_pause_s",
    "contract_warning_days",
    "child_warning_days",
    "upstream_connect_s",
    "upstream_silence_s",
    "upstream_deadline_s",
    "upstream_reply_kb",
    "upstream_retry_after_s",
    "eligibility_answer_s",
    "sync_retry_first_s",
    "sync_retry_longest_s",
    "sync_visible_after_min",
    "sync_transaction_entries",
    "insurance_ask_again_hours",
    "insurance_ask_expires_hours",
    "sync_page_rows",
    "sync_slice_rows",
    "sync_run_pages",
    "sync_overlap_minutes",
    "sync_sweep_days",
    "sync_offer_days",
)
"""A new limit: its name here, its row in `limits.json`, its words in the catalogue."""

REASONS: Final = TableSchema(
    "referral_reasons",
    Reason,
    {"code": Code(known=_REASONS, labels="labels.reason"), "key": Text(longest=1)},
    key=("code",),
)
LIMITS: Final = TableSchema(
    "limits",
    Limit,
    {
        "limit": Code(known=KNOWN_LIMITS, labels="rule_tables.limit"),
        "value": Number(lowest=1, highest=100_000),
    },
    key=("limit",),
    required=tuple((name,) for name in KNOWN_LIMITS),
)
