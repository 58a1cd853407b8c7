"""Registering people with and without an IIN, mending, look-alikes, the card."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.errors import Conflict, InvalidValue, NotFound
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import Coverage, Freshness, InsuranceStatus
from clinic_desk.domain.patient import (
    AgeBand,
    Attachment,
    AttachmentState,
    DocumentKind,
    NoIinReason,
    SlipLanguage,
)
from clinic_desk.services.patients import AlreadyRegistered
from clinic_desk.services.person_form import PersonForm
from tests.services.desk import ACTOR, DISTRICT, DOCTOR, PERSON, TODAY, DeskOverStore, form_of, iin

NEWBORN = PersonForm(
    no_iin_reason=NoIinReason.NEWBORN,
    mother_iin=PERSON.iin,
    surname="Үлгібаева",
    given_name="Сәуле",
    birth_date=TODAY,
    sex=Sex.FEMALE,
    document=DocumentKind.BIRTH_CERTIFICATE,
    document_number=" 12 - 345 ",
)
FOREIGNER = PersonForm(
    no_iin_reason=NoIinReason.FOREIGNER,
    surname="O'Neill-Würth",
    given_name="Seán",
    birth_date=dt.date(1979, 5, 6),
    sex=Sex.MALE,
    document=DocumentKind.FOREIGN_PASSPORT,
    document_number="PA1234567",
    citizenship="IRL",
)
UNKNOWN = PersonForm(no_iin_reason=NoIinReason.UNKNOWN_PERSON, surname="Белгісіз", age_band=AgeBand.FROM_18)


def test_a_person_with_an_iin_is_found_as_written(desk: DeskOverStore) -> None:
    saved = desk.person()
    stored = desk.patients.by_iin(PERSON.iin)
    assert stored == saved
    assert stored.name.full == "Үлгібаева Айсұлу Маратқызы"
    assert stored.phone is not None
    assert stored.phone.e164 == "+77010000000"
    assert (stored.version, stored.birth_date, stored.sex) == (1, dt.date(1988, 2, 14), Sex.FEMALE)


def test_registering_is_in_the_audit_log_with_who_and_when(desk: DeskOverStore) -> None:
    saved = desk.person()
    (line,) = desk.audit("patient", saved.id)
    assert (line.action, line.user, line.desk, line.at) == (
        "patient.register",
        ACTOR.user,
        "T2",
        desk.clock.now(),
    )


@pytest.mark.parametrize("form", [NEWBORN, FOREIGNER, UNKNOWN], ids=["newborn", "foreigner", "unknown"])
def test_people_without_an_iin(desk: DeskOverStore, form: PersonForm) -> None:
    saved, change = desk.patients.register(form, ACTOR)
    card = desk.patients.card(saved.id)
    assert card.patient == saved
    assert saved.iin is None
    assert saved.no_iin_reason is form.no_iin_reason
    assert card.iin_mismatch is None
    assert saved.id in change.ids


def test_a_newborn_is_known_by_the_mother(desk: DeskOverStore) -> None:
    saved = desk.person(NEWBORN)
    assert saved.mother_iin is not None
    assert saved.mother_iin.digits == PERSON.iin
    assert saved.document_number == "12 - 345"
    assert desk.patients.card(saved.id).age == 0


def test_an_unknown_person_needs_neither_birth_date_nor_sex(desk: DeskOverStore) -> None:
    saved = desk.person(UNKNOWN)
    card = desk.patients.card(saved.id)
    assert (card.age, saved.birth_date, saved.sex) == (None, None, Sex.UNKNOWN)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"iin": ""}, "iin", "patient.iin_or_reason"),
        ({"iin": "900101300018"}, "iin", "iin.check_digit"),
        ({"iin": "12"}, "iin", "iin.length"),
        ({"iin": "", "no_iin_reason": NoIinReason.NEWBORN}, "mother_iin", "patient.mother_iin_needed"),
        ({"mother_iin": "821214240092"}, "mother_iin", "iin.check_digit"),
        ({"surname": " ", "given_name": ""}, "surname", "name.surname_or_given"),
        ({"birth_date": None}, "birth_date", "patient.birth_date_needed"),
        ({"birth_date": TODAY + dt.timedelta(days=1)}, "birth_date", "patient.birth_date_impossible"),
        ({"birth_date": dt.date(1895, 12, 31)}, "birth_date", "patient.birth_date_impossible"),
        ({"sex": Sex.UNKNOWN}, "sex", "patient.sex_needed"),
        ({"phone": "123"}, "phone", "phone.invalid"),
    ],
)
def test_what_stops_a_form_is_named_with_its_field(
    desk: DeskOverStore, change: dict[str, object], field: str, code: str
) -> None:
    form = replace(PERSON, **change)
    assert [(problem.params["field"], problem.code) for problem in desk.patients.problems(form)] == [
        (field, code)
    ]
    with pytest.raises(InvalidValue) as caught:
        desk.patients.register(form, ACTOR)
    assert caught.value.code == code
    with desk.store.read() as work:
        assert work.patients.count() == 0


def test_an_empty_form_names_every_field(desk: DeskOverStore) -> None:
    fields = [problem.params["field"] for problem in desk.patients.problems(PersonForm())]
    assert fields == ["iin", "surname", "birth_date", "sex"]


def test_a_birth_date_that_differs_from_the_iin_is_no_error_and_the_document_wins(
    desk: DeskOverStore,
) -> None:
    saved = desk.person(birth_date=dt.date(1988, 2, 15), sex=Sex.MALE)
    card = desk.patients.card(saved.id)
    assert (saved.birth_date, saved.sex) == (dt.date(1988, 2, 15), Sex.MALE)
    assert card.iin_mismatch is not None
    assert card.iin_mismatch.number_birth_date == dt.date(1988, 2, 14)
    assert card.iin_mismatch.number_sex is Sex.FEMALE


def test_an_iin_is_registered_once(desk: DeskOverStore) -> None:
    first = desk.person()
    with pytest.raises(AlreadyRegistered) as caught:
        desk.person(surname="Басқа")
    assert caught.value.code == "patient.already_registered"
    assert caught.value.params == {"field": "iin", "patient_id": first.id}
    with desk.store.read() as work:
        assert work.patients.count() == 1


def test_nobody_is_refused_for_the_insurance(desk: DeskOverStore) -> None:
    saved = desk.person()
    desk.insured(saved.id, InsuranceStatus.UNINSURED)
    changed, _ = desk.patients.change(saved, replace(PERSON, phone=""), ACTOR)
    assert changed.phone is None


def test_a_change_is_saved_over_the_version_that_was_shown(desk: DeskOverStore) -> None:
    saved = desk.person()
    changed, _ = desk.patients.change(
        saved, replace(PERSON, phone="+7 702 000 00 00", address="Абай 2"), ACTOR
    )
    assert changed.version == 2
    assert desk.patients.card(saved.id).patient == changed
    line = next(line for line in desk.audit("patient", saved.id) if line.action == "patient.change")
    assert sorted(line.fields) == ["address", "phone", "version"]
    assert "702000" not in repr(line)
    assert "Абай" not in repr(line)
    with pytest.raises(Conflict):
        desk.patients.change(saved, replace(PERSON, phone=""), ACTOR)
    assert desk.patients.card(saved.id).patient == changed


def test_a_change_keeps_the_attachment(desk: DeskOverStore) -> None:
    saved = desk.person()
    with desk.store.write() as work:
        attachment = Attachment(AttachmentState.ATTACHED, DISTRICT, since=dt.date(2025, 1, 1))
        saved = work.patients.save(replace(saved, attachment=attachment))
        work.commit()
    changed, _ = desk.patients.change(saved, replace(PERSON, slip_language=SlipLanguage.BOTH), ACTOR)
    assert changed.attachment == attachment
    card = desk.patients.card(saved.id)
    assert card.district is not None
    assert card.district_doctor is not None
    assert (card.district.number, card.district_doctor.id) == ("7", DOCTOR)


def test_an_iin_given_later_must_not_be_somebody_else_s(desk: DeskOverStore) -> None:
    desk.person()
    child = desk.person(NEWBORN)
    with pytest.raises(AlreadyRegistered):
        desk.patients.change(child, replace(NEWBORN, iin=PERSON.iin, no_iin_reason=None), ACTOR)
    own = iin("26112360000")
    changed, _ = desk.patients.change(child, replace(NEWBORN, iin=own, no_iin_reason=None), ACTOR)
    assert changed.iin is not None
    assert (changed.iin.digits, changed.no_iin_reason) == (own, None)


def test_a_card_of_nobody(desk: DeskOverStore) -> None:
    with pytest.raises(NotFound) as caught:
        desk.patients.card(PatientId("f" * 32))
    assert caught.value.code == "patient.not_found"
    assert desk.patients.by_iin("900101300007") is None


def test_the_card_shows_answers_newest_first_and_the_age_of_the_newest(desk: DeskOverStore) -> None:
    saved = desk.person()
    card = desk.patients.card(saved.id)
    assert (card.check, card.freshness, card.coverage) == (None, Freshness.NEVER, Coverage.UNKNOWN)
    desk.insured(saved.id, InsuranceStatus.UNINSURED)
    desk.clock.forward(hours=25)
    card = desk.patients.card(saved.id)
    assert (card.freshness, card.coverage) == (Freshness.STALE, Coverage.NO)
    desk.insured(saved.id)
    card = desk.patients.card(saved.id)
    assert [check.status for check in card.checks] == [
        InsuranceStatus.INSURED_STATE,
        InsuranceStatus.UNINSURED,
    ]
    assert (card.freshness, card.coverage) == (Freshness.FRESH, Coverage.YES)
    desk.clock.forward(days=31)
    assert desk.patients.card(saved.id).freshness is Freshness.TOO_OLD


def test_the_card_shows_the_referrals(desk: DeskOverStore) -> None:
    saved = desk.person()
    desk.insured(saved.id)
    issued = desk.issue(form_of(saved.id))
    (row,) = desk.patients.card(saved.id).referrals
    assert (row.number, row.patient_name, row.iin_masked) == (
        issued.number,
        saved.name.full,
        saved.iin.masked,
    )


def test_seeing_a_card_is_logged(desk: DeskOverStore) -> None:
    saved = desk.person()
    desk.patients.viewed(saved.id, ACTOR)
    assert [line.action for line in desk.audit("patient", saved.id)].count("patient.view") == 1


# Look-alikes -----------------------------------------------------------------------------------


def _likelihood(desk: DeskOverStore, form: PersonForm) -> list[str]:
    return [duplicate.likelihood for duplicate in desk.patients.duplicates(form)]


WITHOUT_IIN = replace(PERSON, iin="", no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (PERSON, ["exact_iin"]),
        (replace(PERSON, surname="Мүлдем", given_name="Басқа", birth_date=None, phone=""), ["exact_iin"]),
        (WITHOUT_IIN, ["almost_sure"]),
        (
            replace(WITHOUT_IIN, surname="Улгибаева", given_name="Айсулу", patronymic="Мараткызы"),
            ["almost_sure"],
        ),
        (replace(WITHOUT_IIN, surname="Ulgibayeva", given_name="Aisulu", patronymic=""), ["almost_sure"]),
        (replace(WITHOUT_IIN, patronymic="Болатқызы"), ["maybe"]),
        (replace(WITHOUT_IIN, birth_date=dt.date(1987, 2, 14), phone=""), ["maybe"]),
        (replace(WITHOUT_IIN, birth_date=None, phone=""), ["maybe"]),
        (replace(WITHOUT_IIN, given_name="Гүлнұр", phone=""), ["maybe"]),
        (replace(WITHOUT_IIN, surname="Басқа", given_name="Адам"), ["maybe"]),  # birth date and phone
        (replace(WITHOUT_IIN, birth_date=dt.date(1970, 1, 1), phone=""), []),
        (
            replace(
                WITHOUT_IIN, surname="Үлгібаев", given_name="Арман", birth_date=dt.date(1960, 1, 1), phone=""
            ),
            [],
        ),
        (replace(WITHOUT_IIN, surname="Үлгібаеба", phone="", patronymic=""), []),  # a typo: strict here
        (replace(PERSON, iin=iin("88021440111")), ["maybe"]),  # same name and date, another number
        (PersonForm(), []),
        (PersonForm(surname="Үлгібаева"), []),
    ],
)
def test_who_may_be_the_same(desk: DeskOverStore, form: PersonForm, expected: list[str]) -> None:
    desk.person()
    assert _likelihood(desk, form) == expected


def test_a_swapped_day_and_month_is_seen(desk: DeskOverStore) -> None:
    desk.person(birth_date=dt.date(1988, 5, 12))
    assert _likelihood(desk, replace(WITHOUT_IIN, birth_date=dt.date(1988, 12, 5), phone="")) == ["maybe"]


def test_each_field_has_its_verdict(desk: DeskOverStore) -> None:
    desk.person()
    form = replace(
        WITHOUT_IIN, surname="Улгибаева", phone="", address="Алматы, Абай 2", patronymic="", sex=Sex.UNKNOWN
    )
    (found,) = desk.patients.duplicates(form)
    assert found.fields == {
        "name": "other_letters",
        "patronymic": "only_stored",
        "birth_date": "same",
        "sex": "only_stored",
        "phone": "only_stored",
        "iin": "only_stored",
        "address": "differs",
        "document": "same",
    }


def test_the_likeliest_comes_first_and_at_most_five(desk: DeskOverStore) -> None:
    for serial in range(7):
        desk.person(iin=iin(f"8802144{serial:04d}"), patronymic="" if serial == 3 else f"Тегі{serial}")
    found = desk.patients.duplicates(replace(WITHOUT_IIN, patronymic=""))
    assert len(found) == 5
    assert {duplicate.likelihood for duplicate in found} == {"almost_sure"}


def test_who_it_is_not_is_logged(desk: DeskOverStore) -> None:
    first = desk.person()
    second, _ = desk.patients.register(WITHOUT_IIN, ACTOR, other_than={first.id: "twin"})
    assert [(line.action, line.reason) for line in desk.audit("patient", second.id)] == [
        ("patient.register", ""),
        ("patient.other_than", first.id),
    ]
