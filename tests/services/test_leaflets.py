"""Who gets a leaflet, what it says of them, and what is kept of its printing."""

import datetime as dt
from dataclasses import asdict, replace

import pytest

from clinic_desk.domain.clinic import ClinicProfile, Desk
from clinic_desk.domain.errors import InvalidValue, NotFound
from clinic_desk.domain.ids import OperationId, PatientId, ReferralId, RuleDocumentId
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.insurance_plan import Situation
from clinic_desk.domain.patient import Attachment, AttachmentState, SlipLanguage
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.rule_tables.becoming_insured import Way
from clinic_desk.printing.adapters import PdfSlips
from clinic_desk.services.desk_settings import DeskSettings, Printing
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.leaflets import LeafletService
from clinic_desk.services.rule_book import RuleBook, RuleDocument
from clinic_desk.services.rules_of_the_day import shipped_book, shipped_documents
from clinic_desk.services.slips import PrintAnswer
from clinic_desk.texts import Language
from tests.services.desk import ACTOR, DISTRICT, NOW, PERSON, TODAY, DeskOverStore, form_of

S = InsuranceStatus
DAY = dt.timedelta(days=1)
SETTINGS = DeskSettings(
    ClinicProfile("№5 емхана", "Поликлиника № 5", "Абай 1", "+77272550000", "980940000105", "Ахметов А."),
    Desk("T2", "2", ACTOR.user),
    printing=Printing("Zebra", "a4", 2, 7),
)


def leaflets(desk: DeskOverStore, rules: RuleBook | None = None) -> LeafletService:
    return LeafletService(
        desk.store,
        desk.clock,
        rules or shipped_book(),
        desk.settings,
        desk.renderer,
        desk.printer,
        is_practice=True,
    )


def person(
    desk: DeskOverStore,
    status: InsuranceStatus | None = S.UNINSURED,
    *,
    months: str = "ppp--ppp----",
    language: SlipLanguage = SlipLanguage.KK,
) -> PatientId:
    """Somebody of district 7, born in 1988, of whom the channel said `status`."""
    desk.settings.change(SETTINGS, ACTOR)
    saved = desk.person(replace(PERSON, slip_language=language))
    with desk.store.write() as work:
        work.patients.save(replace(saved, attachment=Attachment(AttachmentState.ATTACHED, DISTRICT)))
        work.commit()
    if status is not None:
        asked = NOW - dt.timedelta(hours=1)
        desk.insurance.record(RecordAnswer(saved.id, status, Channel.EGOV, asked, months=months), ACTOR)
    return saved.id


def test_everything_a_leaflet_says(desk: DeskOverStore) -> None:
    content = leaflets(desk).content(person(desk))
    assert content.plan.situation is Situation.UNINSURED
    assert (content.clinic.kk, content.clinic.ru) == ("№5 емхана", "Поликлиника № 5")
    assert (content.issued_at, content.checked_at) == (NOW, NOW - dt.timedelta(hours=1))
    assert (content.doctor, content.district) == ("Сейтқали Е. Б.", "7")
    assert content.channels == ("egov.kz", "eGov Mobile", "Qoldau 24/7", "@SaqtandyryBot")
    assert (content.fund_channel, content.fund_phone, content.fund_phone_former) == (
        "Qoldau 24/7", "1414", "1406",
    )  # fmt: skip
    assert content.links == ("https://egov.kz/cms/kk/services/pass171-2_mz",)
    assert content.is_practice


def test_nothing_on_it_says_who_it_is_for(desk: DeskOverStore) -> None:
    patient_id = person(desk)
    desk.patients.card(patient_id)
    said = str(asdict(leaflets(desk).content(patient_id)))
    patient = desk.patients.card(patient_id).patient
    assert patient.iin is not None
    for secret in (patient.iin.digits, patient.name.surname, patient.name.given_name, patient_id):
        assert secret not in said


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        (SlipLanguage.KK, (Language.KK,)),
        (SlipLanguage.RU, (Language.RU,)),
        (SlipLanguage.BOTH, (Language.KK, Language.RU)),
    ],
)
def test_the_patient_chooses_the_language(
    desk: DeskOverStore, language: SlipLanguage, spoken: tuple[Language, ...]
) -> None:
    content = leaflets(desk).content(person(desk, language=language))
    assert content.languages == spoken
    assert [link.split("/")[4] for link in content.links] == [one.value for one in spoken]


@pytest.mark.parametrize("status", [S.UNINSURED, S.GRACE_3M, S.GRACE_6M, S.TEMPORARY_1M])
def test_who_has_something_to_do_gets_one(desk: DeskOverStore, status: InsuranceStatus) -> None:
    assert leaflets(desk).content(person(desk, status)).plan.ways


@pytest.mark.parametrize("status", [None, S.INSURED_STATE, S.INSURED_CONTRIBUTIONS, S.CONDITIONAL_DE])
def test_nobody_else_does_and_least_of_all_who_was_never_asked(
    desk: DeskOverStore, status: InsuranceStatus | None
) -> None:
    with pytest.raises(InvalidValue, match=r"leaflet\.not_needed"):
        leaflets(desk).content(person(desk, status, months=""))
    assert desk.printer.printed == []


def test_an_old_no_is_asked_again_before_it_is_printed(desk: DeskOverStore) -> None:
    patient_id = person(desk)
    desk.clock.forward(days=32)
    with pytest.raises(InvalidValue, match=r"leaflet\.not_needed"):
        leaflets(desk).print(patient_id, ACTOR)


def test_an_unknown_person(desk: DeskOverStore) -> None:
    with pytest.raises(NotFound, match=r"patient\.not_found"):
        leaflets(desk).content(PatientId("nobody"))


def test_printing_goes_the_way_of_slips_and_leaves_one_line(desk: DeskOverStore) -> None:
    patient_id = person(desk)
    outcome = leaflets(desk).print(patient_id, ACTOR)
    assert outcome.answer is PrintAnswer.ACCEPTED
    ((pdf, printer, copies, title, paper),) = desk.printer.printed
    assert pdf.startswith(b"%PDF")
    assert (printer, copies, title, paper) == ("Zebra", 1, "clinic-desk-leaflet", "a4")
    assert desk.printer.deadlines == [7]
    with desk.store.read() as work:
        (line,) = [row for row in work.audit.of_object("patient", patient_id) if "leaflet" in row.action]
    assert (line.action, line.user, line.reason) == ("leaflet.print", ACTOR.user, "accepted")
    assert line.fields in ((), [])


def test_a_printer_that_does_not_answer_is_logged_too(desk: DeskOverStore) -> None:
    patient_id = person(desk)
    desk.printer.answer = PrintAnswer.TIMED_OUT
    assert leaflets(desk).print(patient_id, ACTOR).answer is PrintAnswer.TIMED_OUT
    with desk.store.read() as work:
        lines = [row for row in work.audit.of_object("patient", patient_id) if row.action == "leaflet.print"]
    assert [line.reason for line in lines] == ["timed_out"]


def test_the_plan_of_the_card_knows_the_diagnoses_of_referrals_that_stand(desk: DeskOverStore) -> None:
    patient_id = person(desk, S.INSURED_STATE, months="")
    form = replace(form_of(patient_id), icd="E11.9")
    issued, _ = desk.referrals.issue(form, OperationId("op-1"), ACTOR)
    (note,) = desk.patients.card(patient_id).plan.notes
    assert (note.group, note.diagnosis.icd_code, note.diagnosis.recorded_on) == ("diabetes", "E11.9", TODAY)
    with desk.store.write() as work:
        referral = work.referrals.get(ReferralId(issued.referral_id))
        assert referral is not None
        work.referrals.save(replace(referral, status=ReferralStatus.CANCELLED), by="x", at=NOW)
        work.commit()
    assert desk.patients.card(patient_id).plan.notes == ()


def test_the_real_renderer_draws_it_on_both_papers_and_as_a_picture(desk: DeskOverStore) -> None:
    patient_id = person(desk, language=SlipLanguage.BOTH)
    service = leaflets(desk)
    service._renderer = PdfSlips()
    assert service.pdf(patient_id).startswith(b"%PDF")
    picture = service.preview(patient_id, 240)
    assert (picture.width, len(picture.rgba)) == (240, 4 * picture.width * picture.height)


def test_an_imported_table_counts_from_its_day(desk: DeskOverStore) -> None:
    patient_id = person(desk)
    table = shipped_documents()["ways_to_insurance"]
    kept = {**table, "rows": [row for row in table["rows"] if row["way"] != Way.LEVEL_DE]}
    tomorrow = RuleDocument(RuleDocumentId("r1"), "ways_to_insurance", kept, TODAY + DAY, NOW, "admin")
    service = leaflets(desk, RuleBook(shipped_documents(), [tomorrow]))
    assert service.content(patient_id).plan.way(Way.LEVEL_DE) is not None
    desk.clock.forward(days=1)
    assert service.content(patient_id).plan.way(Way.LEVEL_DE) is None
