"""The columns of the list of referrals, and the looks of its chips."""

from __future__ import annotations

from clinic_desk.domain.referral import PrintState, ReferralStatus
from clinic_desk.services.rows import ReferralRow
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.table import Cell, Column
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText

_S = ReferralStatus
_STATUS_LOOKS = {
    _S.ISSUED: (Kind.STALE, "cloud-slash"),
    _S.RETURNED: (Kind.WARN, "question"),
    _S.SENT: (Kind.INFO, "clock"),
    _S.ACCEPTED: (Kind.OK, "check-circle"),
    _S.SCHEDULED: (Kind.OK, "calendar-check"),
    _S.COMPLETED: (Kind.NEUTRAL, "check"),
    _S.NOT_ATTENDED: (Kind.WARN, "user-minus"),
    _S.REFUSED: (Kind.ERR, "x-circle"),
    _S.CANCELLED: (Kind.NEUTRAL, "prohibit"),
    _S.EXPIRED: (Kind.WARN, "hourglass"),
}


def status_chip(status: ReferralStatus, words: UiText) -> ChipData:
    """Where the referral stands."""
    kind, icon = _STATUS_LOOKS[status]
    return ChipData(kind, words.say(f"labels.status.{status}"), icon)


def print_chip(row: ReferralRow, words: UiText) -> tuple[ChipData, str]:
    """Where the paper stands, and the same as a sentence."""
    if row.print_state is PrintState.PRINTED and row.copies_printed:
        text = words.say("referral_list.copies", n=row.copies_printed)
        return (
            ChipData(Kind.OK, text, "printer"),
            words.say("referral_list.copies_sentence", n=row.copies_printed),
        )
    sentence = words.say(f"labels.print.{row.print_state}")
    if row.print_state is PrintState.TO_PRINT:
        return ChipData(Kind.WARN, words.say("referral_list.to_print"), "printer"), sentence
    return ChipData(Kind.NEUTRAL, sentence, "printer"), sentence


def referral_columns() -> list[Column[ReferralRow]]:
    """Number and day, person (IIN masked: visitors see the screen), service, supplier, state, paper, term.

    The payer stands below the term.
    """

    def number(row: ReferralRow, words: UiText) -> Cell:
        return Cell(row.number, words.texts.moment(row.issued_at), strong=True)

    def patient(row: ReferralRow, words: UiText) -> Cell:
        return Cell(row.patient_name, row.iin_masked or words.say("labels.no_iin"), strong_when_chosen=True)

    def service(row: ReferralRow, words: UiText) -> Cell:
        return Cell(f"{row.service.said_in(words.language)} · {row.icd_code}")

    def supplier(row: ReferralRow, words: UiText) -> Cell:
        return Cell(row.supplier_name)

    def status(row: ReferralRow, words: UiText) -> Cell:
        return Cell(chip=status_chip(row.status, words))

    def paper(row: ReferralRow, words: UiText) -> Cell:
        chip, sentence = print_chip(row, words)
        return Cell(chip=chip, sentence=sentence)

    def valid(row: ReferralRow, words: UiText) -> Cell:
        return Cell(words.texts.date(row.valid_until), words.say(f"verdict.payer.{row.payer}"))

    return [
        Column("referral_list.column.number", number, 164),
        Column("referral_list.column.patient", patient, 150, 3),
        Column("referral_list.column.service", service, 130, 2),
        Column("referral_list.column.supplier", supplier, 120, 2),
        Column("referral_list.column.status", status, 148),
        Column("referral_list.column.paper", paper, 138),
        Column("referral_list.column.valid", valid, 112),
    ]
