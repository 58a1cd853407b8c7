"""What stands on a slip, the preview, and what becomes of a referral when its paper is printed or not."""

import datetime as dt
import json
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from clinic_desk.domain.catalogue import SupplierRole
from clinic_desk.domain.clinic import ClinicProfile, Desk
from clinic_desk.domain.ids import PatientId, ReferralId
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.patient import (
    AgeBand,
    Attachment,
    AttachmentState,
    DocumentKind,
    NoIinReason,
    SlipLanguage,
)
from clinic_desk.domain.referral import PrintState, ReferralStatus
from clinic_desk.printing.adapters import PdfSlips
from clinic_desk.services.desk_settings import DeskSettings, Printing
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.ports import ReferralFilter
from clinic_desk.services.referrals import ReferralForm
from clinic_desk.services.slip_content import SlipContent
from clinic_desk.services.slips import PrintAnswer
from clinic_desk.texts import Language
from tests.services.desk import ACTOR, DISTRICT, NOW, PERSON, TODAY, DeskOverStore, form_of

SETTINGS = DeskSettings(
    ClinicProfile("№5 емхана", "Поликлиника № 5", "Абай 1", "+77272550000", "980940000105", "Ахметов А."),
    Desk("T2", "2", ACTOR.user),
    printing=Printing("Zebra", "a4", 2, 7),
)


@pytest.fixture
def person(desk: DeskOverStore) -> PatientId:
    """An insured person of district 7, at a desk with settings."""
    desk.settings.change(SETTINGS, ACTOR)
    saved = desk.person()
    with desk.store.write() as work:
        work.patients.save(replace(saved, attachment=Attachment(AttachmentState.ATTACHED, DISTRICT)))
        work.commit()
    heard = RecordAnswer(
        saved.id,
        InsuranceStatus.INSURED_STATE,
        Channel.EGOV,
        NOW - dt.timedelta(hours=1),
        "pensioner",
        "Q-17",
    )
    desk.insurance.record(heard, ACTOR)
    return saved.id


def _issued(desk: DeskOverStore, person: PatientId, **changed: Any) -> ReferralId:
    return desk.issue(form_of(person, **changed)).referral_id


def _content(desk: DeskOverStore, referral: ReferralId) -> SlipContent:
    desk.slips.pdf(referral)
    return desk.renderer.last


def test_everything_a_slip_says(desk: DeskOverStore, person: PatientId) -> None:
    referral = _issued(desk, person, note="ашқарынға", reason_evidence="аппарат жоқ", quantity=2)
    kept = desk.referrals.get(referral)
    slip = _content(desk, referral)
    assert (slip.number, slip.issued_at, slip.valid_until) == (
        kept.number,
        NOW,
        TODAY + dt.timedelta(days=30),
    )
    assert (slip.issuer.name.kk, slip.issuer.name.ru) == ("№5 емхана", "Поликлиника № 5")
    assert (slip.issuer.address, slip.issuer.head) == ("Абай 1", "Ахметов А.")
    assert (slip.issuer.doctor, slip.issuer.clerk, slip.issuer.desk_label) == (
        "Сейтқали Е. Б.",
        ACTOR.user,
        "2",
    )
    assert (slip.patient.name, slip.patient.iin) == ("Үлгібаева Айсұлу Маратқызы", PERSON.iin)
    assert (slip.patient.birth_date, slip.patient.sex) == (dt.date(1988, 2, 14), "female")
    assert (slip.patient.phone, slip.patient.district) == ("+7 701 000 00 00", "7")
    assert (slip.insurance.status_key, slip.insurance.payer_key) == ("insured_state", "insurance")
    assert (slip.insurance.checked_at, slip.insurance.channel_key) == (NOW - dt.timedelta(hours=1), "egov")
    assert (slip.insurance.reference, slip.insurance.is_stale, slip.insurance.not_checked_key) == (
        "Q-17",
        False,
        "",
    )
    assert (slip.order.service_code, slip.order.quantity) == ("C03.001.004", 2)
    assert (slip.order.service.kk, slip.order.service.ru) == ("Құрсақ қуысының УДЗ", "УЗИ брюшной полости")
    assert (slip.order.icd_code, slip.order.reason_key) == ("R10.4", "no_equipment")
    assert (slip.order.note, slip.order.reason_evidence) == ("ашқарынға", "аппарат жоқ")
    assert (slip.destination.name, slip.destination.role_key) == ("Шипа <b>& К", "supplier")
    assert slip.destination.address == "Абай 1"
    assert len(slip.destination.bin) == 12
    assert (slip.fund_phone, slip.fund_phone_former) == ("1414", "1406")
    assert (slip.is_provisional, slip.is_practice, slip.is_free_of_charge) == (True, True, True)
    assert slip.is_term_set_by_organisation
    assert (slip.copy_no, slip.languages, slip.zone) == (0, (Language.KK,), "Asia/Almaty")


def test_the_category_of_a_person_is_not_on_the_slip(desk: DeskOverStore, person: PatientId) -> None:
    """Strangers read it: pregnant, convict and disability stay in the store."""
    assert "pensioner" not in desk.slips.pdf(_issued(desk, person)).decode()


@pytest.mark.parametrize(
    ("choice", "languages"),
    [
        (SlipLanguage.KK, (Language.KK,)),
        (SlipLanguage.RU, (Language.RU,)),
        (SlipLanguage.BOTH, (Language.KK, Language.RU)),
    ],
)
def test_the_patient_chooses_the_language(
    desk: DeskOverStore, choice: SlipLanguage, languages: tuple[Language, ...]
) -> None:
    person = desk.person(slip_language=choice).id
    assert _content(desk, _issued(desk, person)).languages == languages


def test_nobody_asked_is_never_no(desk: DeskOverStore) -> None:
    slip = _content(desk, _issued(desk, desk.person().id))
    assert (slip.insurance.status_key, slip.insurance.payer_key) == ("unknown", "unknown")
    assert (slip.insurance.checked_at, slip.insurance.not_checked_key) == (None, "not_asked")
    assert not slip.is_free_of_charge


@pytest.mark.parametrize(("age", "is_stale"), [({"hours": 24}, False), ({"hours": 24, "seconds": 1}, True)])
def test_an_old_answer_is_marked(desk: DeskOverStore, age: dict[str, float], is_stale: bool) -> None:
    person = desk.person().id
    desk.insured(person)
    desk.clock.forward(**age)
    referral = _issued(desk, person)
    desk.clock.forward(days=3)  # the age at issue counts, not at printing
    assert _content(desk, referral).insurance.is_stale is is_stale


@pytest.mark.parametrize(
    ("status", "icd", "answer", "payer", "is_free"),
    [
        (InsuranceStatus.INSURED_STATE, "R10.4", "covered", "insurance", True),
        (InsuranceStatus.UNINSURED, "A15.0", "covered_other", "guaranteed", True),
        (None, "R10.4", "unknown", "unknown", False),
    ],
)
def test_the_answer_and_its_rule_are_on_the_slip(
    desk: DeskOverStore, status: InsuranceStatus | None, icd: str, answer: str, payer: str, is_free: bool
) -> None:
    patient = desk.person().id
    if status is not None:
        desk.insured(patient, status)
    slip = _content(desk, _issued(desk, patient, icd=icd))
    assert (slip.insurance.answer_key, slip.insurance.payer_key) == (answer, payer)
    assert slip.insurance.source
    assert slip.is_free_of_charge is is_free


def test_what_was_told_at_issue_stays_on_the_slip(desk: DeskOverStore, person: PatientId) -> None:
    referral = _issued(desk, person)
    before = _content(desk, referral).insurance
    desk.clock.forward(hours=2)
    desk.insured(person, InsuranceStatus.UNINSURED)
    desk.clock.forward(days=60)
    assert _content(desk, referral).insurance == before
    assert (before.answer_key, before.status_key) == ("covered", "insured_state")


def test_the_preview_follows_the_first_day_of_the_disease(desk: DeskOverStore) -> None:
    patient = desk.person().id
    desk.insured(patient, InsuranceStatus.UNINSURED)
    answers = []
    for onset in (None, TODAY, dt.date(2026, 1, 1)):
        desk.slips.preview(form_of(patient, icd="I21.0", onset_on=onset), ACTOR, 100)
        answers.append(desk.renderer.last.insurance.answer_key)
    assert answers == ["unknown", "covered_other", "not_covered"]


def test_a_newborn_is_named_by_mother_and_certificate(desk: DeskOverStore) -> None:
    person = desk.person(
        iin="",
        no_iin_reason=NoIinReason.NEWBORN,
        mother_iin=PERSON.iin,
        birth_date=TODAY,
        document=DocumentKind.BIRTH_CERTIFICATE,
        document_number="12-345",
    )
    slip = _content(desk, _issued(desk, person.id))
    assert (slip.patient.iin, slip.patient.mother_iin) == (None, PERSON.iin)
    assert (slip.patient.document_key, slip.patient.document_number) == ("birth_certificate", "12-345")


def test_an_unknown_person_has_a_slip(desk: DeskOverStore) -> None:
    person = desk.person(
        replace(
            PERSON,
            iin="",
            no_iin_reason=NoIinReason.UNKNOWN_PERSON,
            birth_date=None,
            sex=Sex.UNKNOWN,
            age_band=AgeBand.FROM_18,
            phone="",
        )
    )
    slip = _content(desk, _issued(desk, person.id))
    assert (slip.patient.birth_date, slip.patient.sex, slip.patient.phone) == (None, "unknown", "")


def test_the_mark_is_gone_once_somebody_else_knows(desk: DeskOverStore, person: PatientId) -> None:
    referral = _issued(desk, person)
    desk.referrals.move(referral, ReferralStatus.SENT, ACTOR)
    assert not _content(desk, referral).is_provisional


def test_an_appointment_is_on_the_slip_in_the_clinic_s_zone(desk: DeskOverStore, person: PatientId) -> None:
    referral = _issued(desk, person)
    with desk.store.write() as work:
        kept = work.referrals.get(referral)
        assert kept is not None
        moment = dt.datetime(2026, 11, 30, 19, 30, tzinfo=dt.UTC)
        work.referrals.save(replace(kept, appointment_at=moment), by=ACTOR.user, at=NOW)
        work.commit()
    destination = _content(desk, referral).destination
    assert (destination.day, destination.time) == (dt.date(2026, 12, 1), dt.time(0, 30))


def test_the_slip_speaks_of_the_role_at_issue(desk: DeskOverStore, person: PatientId) -> None:
    assert desk.referrals.get(_issued(desk, person)).supplier_role is SupplierRole.SUPPLIER


# Preview ---------------------------------------------------------------------------------------


def test_a_preview_of_an_empty_form(desk: DeskOverStore, person: PatientId) -> None:
    image = desk.slips.preview(ReferralForm(person), ACTOR, 400)
    assert (image.width, len(image.rgba)) == (400, 4 * image.width * image.height)
    slip = desk.renderer.last
    assert (slip.number, slip.order.service_code, slip.destination.name) == ("", "", "")
    assert slip.insurance.status_key == "insured_state"
    assert slip.is_provisional


def test_a_preview_says_what_the_slip_will_say(desk: DeskOverStore, person: PatientId) -> None:
    form = form_of(person, note=" ашқарынға ", reason_evidence=" аппарат жоқ ")
    desk.slips.preview(form, ACTOR, 200)
    preview = desk.renderer.last
    slip = _content(desk, desk.issue(form).referral_id)
    same = {field.name for field in fields(SlipContent)} - {"number"}
    for name in sorted(same):
        assert getattr(preview, name) == getattr(slip, name), name


def test_a_preview_bears_the_provisional_mark_unless_it_is_told_otherwise(
    desk: DeskOverStore, person: PatientId
) -> None:
    desk.slips.preview(ReferralForm(person), ACTOR, 100)
    assert desk.renderer.last.is_provisional
    desk.slips.preview(ReferralForm(person), ACTOR, 100, is_provisional=False)
    assert not desk.renderer.last.is_provisional


def test_a_preview_keeps_nothing_and_uses_no_number(desk: DeskOverStore, person: PatientId) -> None:
    for _ in range(3):
        desk.slips.preview(form_of(person), ACTOR, 100)
    assert desk.referrals.rows(ReferralFilter()) == []
    assert desk.issue(form_of(person)).number.split("-")[2] == "00001"


def test_the_preview_of_an_unknown_code_leaves_it_out(desk: DeskOverStore, person: PatientId) -> None:
    desk.slips.preview(form_of(person, icd="U99.99"), ACTOR, 100)
    assert desk.renderer.last.order.icd_code == ""


# Printing --------------------------------------------------------------------------------------


def test_an_accepted_page_is_printed_and_the_next_one_is_a_copy(
    desk: DeskOverStore, person: PatientId
) -> None:
    referral = _issued(desk, person)
    for copy in range(3):
        outcome, change = desk.slips.print(referral, ACTOR)
        assert outcome.answer is PrintAnswer.ACCEPTED
        assert referral in change.ids
        kept = desk.referrals.get(referral)
        assert (kept.print_state, kept.copies_printed) == (PrintState.PRINTED, copy + 1)
        pdf, queue, copies, title, paper = desk.printer.printed[-1]
        assert json.loads(pdf.removeprefix(b"%PDF-fake\n"))["copy_no"] == copy
        assert (queue, copies, title, paper) == ("Zebra", 2, kept.number, "a4")
        assert desk.renderer.drawn[-1][1] == "a4"
        with desk.store.read() as work:
            assert work.slips.latest(referral) == (copy, pdf)
    assert desk.printer.deadlines == [7, 7, 7]
    assert [line.reason for line in desk.audit("referral", referral) if line.action == "slip.print"] == [
        "accepted"
    ] * 3


@pytest.mark.parametrize("answer", [a for a in PrintAnswer if a is not PrintAnswer.ACCEPTED])
def test_a_page_that_did_not_come_out_stays_to_be_printed(
    desk: DeskOverStore, person: PatientId, answer: PrintAnswer
) -> None:
    referral = _issued(desk, person)
    desk.printer.answer = answer
    outcome, _ = desk.slips.print(referral, ACTOR)
    assert outcome.answer is answer
    kept = desk.referrals.get(referral)
    assert (kept.print_state, kept.copies_printed) == (PrintState.TO_PRINT, 0)
    assert desk.referrals.counts()["to_print"] == 1
    with desk.store.read() as work:
        latest = work.slips.latest(referral)
    assert latest is not None
    assert latest[0] == 0
    assert latest[1].startswith(b"%PDF")
    assert desk.audit("referral", referral)[-1].reason == answer.value
    desk.printer.answer = PrintAnswer.ACCEPTED
    desk.slips.print(referral, ACTOR)
    assert json.loads(desk.printer.printed[-1][0].removeprefix(b"%PDF-fake\n"))["copy_no"] == 0
    assert desk.referrals.get(referral).print_state is PrintState.PRINTED


def test_a_failed_copy_leaves_the_paper_that_was_printed(desk: DeskOverStore, person: PatientId) -> None:
    referral = _issued(desk, person)
    desk.slips.print(referral, ACTOR)
    desk.printer.answer = PrintAnswer.TIMED_OUT
    desk.slips.print(referral, ACTOR)
    kept = desk.referrals.get(referral)
    assert (kept.print_state, kept.copies_printed) == (PrintState.PRINTED, 1)


def test_paper_that_was_not_wanted_may_be_printed_after_all(desk: DeskOverStore, person: PatientId) -> None:
    referral = _issued(desk, person, wants_paper=False)
    desk.printer.answer = PrintAnswer.NO_PRINTER
    desk.slips.print(referral, ACTOR)
    assert desk.referrals.get(referral).print_state is PrintState.TO_PRINT
    desk.printer.answer = PrintAnswer.ACCEPTED
    desk.slips.print(referral, ACTOR)
    assert desk.referrals.get(referral).print_state is PrintState.PRINTED


def test_a_referral_moved_while_its_page_prints_keeps_its_move(
    desk: DeskOverStore, person: PatientId
) -> None:
    referral = _issued(desk, person)
    real = desk.printer.print_pdf

    def move_meanwhile(*arguments: Any, **options: Any) -> Any:
        desk.referrals.move(referral, ReferralStatus.SENT, ACTOR)
        return real(*arguments, **options)

    desk.printer.print_pdf = move_meanwhile  # type: ignore[method-assign]
    desk.slips.print(referral, ACTOR)
    kept = desk.referrals.get(referral)
    assert (kept.status, kept.print_state) == (ReferralStatus.SENT, PrintState.PRINTED)


def test_printers_are_those_of_the_machine(desk: DeskOverStore) -> None:
    assert desk.slips.printers().names == ("Canon", "Zebra")
    assert desk.slips.printers().default == "Canon"


def test_a_test_page_goes_to_the_chosen_printer_and_is_kept_nowhere(desk: DeskOverStore) -> None:
    outcome = desk.slips.print_test(Printing("Zebra", "a4", 3, 5), Language.RU)
    assert outcome.answer is PrintAnswer.ACCEPTED
    pdf, queue, copies, title, paper = desk.printer.printed[-1]
    assert (queue, copies, title, paper) == ("Zebra", 1, "clinic-desk-test", "a5")
    assert "23.11.2026 09:41" in pdf.decode()
    assert desk.printer.deadlines == [5]


# With the real renderer ------------------------------------------------------------------------


def _text_values(value: Any) -> list[str]:
    if is_dataclass(value):
        return [text for field in fields(value) for text in _text_values(getattr(value, field.name))]
    return [value] if isinstance(value, str) else []


def test_the_real_renderer_draws_what_the_service_hands_it(desk: DeskOverStore, person: PatientId) -> None:
    referral = _issued(desk, person)
    content = _content(desk, referral)
    assert "Шипа <b>& К" in _text_values(content)
    for paper in ("a5", "a4"):
        pdf = PdfSlips().draw(content, paper)
        assert pdf.startswith(b"%PDF-")
        image = PdfSlips().picture(pdf, 300)
        assert image.width == 300
        assert len(image.rgba) == 4 * image.width * image.height
        assert len(set(image.rgba)) > 2
    desk.slips.preview(ReferralForm(person), ACTOR, 200)
    assert PdfSlips().draw(desk.renderer.last, "a5").startswith(b"%PDF-")
