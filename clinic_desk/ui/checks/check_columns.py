"""The columns of the list of checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from clinic_desk.domain.insurance import AskAgain, InsuranceStatus
from clinic_desk.domain.phone import format_phone
from clinic_desk.services.check_list import CheckRow
from clinic_desk.services.check_list_port import Errand
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.table import Cell, Column
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText

Now = Callable[[], dt.datetime]

_WHY_LOOKS = {
    AskAgain.NEVER: (Kind.NEUTRAL, "question"),
    AskAgain.RUNS_OUT: (Kind.WARN, "hourglass"),
    AskAgain.TOO_OLD: (Kind.STALE, "clock-counter-clockwise"),
}
# Who pays is no matter of asking again.
_SHORT = dict.fromkeys(
    (InsuranceStatus.INSURED_STATE, InsuranceStatus.INSURED_STATE_LOCAL),
    InsuranceStatus.INSURED_CONTRIBUTIONS,
)
_ERRAND_ICONS = {
    Errand.APPOINTMENT: "calendar-check",
    Errand.REFERRAL: "paper-plane-tilt",
    Errand.ATTACHMENT: "identification-card",
}


def why_chip(row: CheckRow, words: UiText) -> ChipData:
    """Why the answer will not do."""
    kind, icon = _WHY_LOOKS[row.why]
    return ChipData(kind, words.say(f"checks.why.{row.why}", day=row.valid_through or ""), icon)


def check_columns(now: Now, zone: ZoneInfo) -> list[Column[CheckRow]]:
    """When, who (IIN masked: visitors see the screen), what for, the last answer, what is wrong, phone."""

    def when(row: CheckRow, words: UiText) -> Cell:
        if row.at is None:
            return Cell("—", sentence=words.say("checks.no_day"))
        local = row.at.astimezone(zone)
        is_today = local.date() == now().astimezone(zone).date()
        day = words.say("checks.today") if is_today else words.texts.date(local.date())
        return Cell(day, f"{local:%H:%M}", strong=is_today)

    def person(row: CheckRow, words: UiText) -> Cell:
        return Cell(row.name, row.iin_masked or words.say("labels.no_iin"), strong_when_chosen=True)

    def errand(row: CheckRow, words: UiText) -> Cell:
        text = row.service.said_in(words.language) or words.say(f"checks.errand.{row.errand}")
        more = words.say("checks.more", n=row.more) if row.more else ""
        return Cell(text, more, icon=_ERRAND_ICONS[row.errand])

    def answer(row: CheckRow, words: UiText) -> Cell:
        second = ""
        if row.failed_at is not None:
            second = words.say("checks.failed", moment=row.failed_at)
        elif row.checked_at is not None:
            days = (now().astimezone(zone).date() - row.checked_at.astimezone(zone).date()).days
            second = words.say("insurance_panel.age.days", n=days)
        status = _SHORT.get(row.status, row.status)
        spoken = f"{words.say(f'labels.insurance.{row.status}')}, {second}" if second else ""
        return Cell(
            words.say(f"labels.insurance.{status}"), second, muted=row.checked_at is None, sentence=spoken
        )

    def why(row: CheckRow, words: UiText) -> Cell:
        return Cell(chip=why_chip(row, words), sentence=words.say(f"checks.why_sentence.{row.why}"))

    def phone(row: CheckRow, words: UiText) -> Cell:
        return Cell(format_phone(row.phone) if row.phone else "—")

    return [
        Column("checks.column.when", when, 96),
        Column("checks.column.person", person, 104, 4),
        Column("checks.column.errand", errand, 104, 3),
        Column("checks.column.answer", answer, 138, 1),
        Column("checks.column.why", why, 168),
        Column("checks.column.phone", phone, 136),
    ]
