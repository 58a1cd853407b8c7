"""The columns of the suppliers a service can be given by."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from clinic_desk.domain.catalogue import SupplierRole
from clinic_desk.services.rows import SupplierChoice
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.table import Cell, Column
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText


def day_month(day: dt.date, today: dt.date, words: UiText) -> str:
    """A day of this year without its year: «26 қараша»; with it in any other year."""
    if day.year != today.year:
        return words.texts.long_date(day)
    month = words.say(f"calendar.month.{day.month}")
    return words.say("referral.supplier.day_month", day=day.day, month=month)


def supplier_columns(today: dt.date) -> list[Column[SupplierChoice]]:
    """Name, distance, earliest date, claimed wait, as of `today`."""

    def name(row: SupplierChoice, words: UiText) -> Cell:
        role = "" if row.role is SupplierRole.SUPPLIER else words.say(f"labels.role.{row.role}")
        return Cell(row.name, second=role, strong_when_chosen=True)

    def distance(row: SupplierChoice, words: UiText) -> Cell:
        if row.distance_km is None:
            return Cell("—", muted=True)
        km = words.texts.number(Decimal(str(round(row.distance_km, 1))))
        return Cell(words.say("referral.supplier.km", km=km))

    def earliest(row: SupplierChoice, words: UiText) -> Cell:
        if row.earliest is None:
            return Cell(words.say("referral.supplier.no_date"))
        return Cell(day_month(row.earliest, today, words), strong_when_chosen=True)

    def wait(row: SupplierChoice, words: UiText) -> Cell:
        if row.wait_days is None:
            chip = ChipData(Kind.NEUTRAL, words.say("referral.supplier.ask"), "phone")
            return Cell(chip=chip, sentence=words.say("referral.supplier.ask_sentence"))
        key = "referral.supplier.today" if row.wait_days == 0 else "referral.supplier.days"
        text = words.say(key, n=row.wait_days)
        if row.is_long_wait:
            return Cell(chip=ChipData(Kind.WARN, text, "warning"))
        return Cell(chip=ChipData(Kind.OK, text))

    return [
        Column("referral.supplier.name", name, 240, 1),
        Column("referral.supplier.distance", distance, 104),
        Column("referral.supplier.earliest", earliest, 136),
        Column("referral.supplier.wait", wait, 112),
    ]
