"""Anybody the desk can register goes up and comes back the same, and so does each change of a field."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desk.domain.iin import Sex, parse_iin
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import (
    AgeBand,
    DocumentKind,
    NoIinReason,
    Patient,
    ReminderConsent,
    Reminders,
    SlipLanguage,
)
from clinic_desk.domain.patient_history import values_of
from clinic_desk.domain.phone import Phone
from clinic_desk.fhir.patient import (
    PATIENT_FIELDS,
    patient_of,
    patient_resource,
    patient_values,
    with_patient_values,
)
from tests.fhir.made import AT, LATER, STAMP, a_patient, an_iin
from tests.fhir.schema import check

LETTERS = "әғқңөұүһіӘҒҚҢӨҰҮҺІабвАБВabcABC'-’ "
WORDS = st.text(LETTERS, max_size=12)
NAMES = (
    st.tuples(WORDS, WORDS, WORDS)
    .filter(lambda parts: (parts[0] + parts[1]).strip())
    .map(lambda p: PersonName.of(*p))
)
# What the form lets through: one line without blanks around it.
LINES = st.text(LETTERS + '1234567890.,/№«»<&"', max_size=40).map(lambda words: " ".join(words.split()))
IINS = st.integers(0, 9999).map(lambda serial: parse_iin(an_iin(f"8802144{serial:04d}")))


@st.composite
def people(draw: st.DrawFn) -> Patient:
    iin = draw(st.none() | IINS)
    reason = None if iin else draw(st.sampled_from(NoIinReason))
    is_unknown = reason is NoIinReason.UNKNOWN_PERSON
    born = draw(
        st.dates(dt.date(1900, 1, 1), dt.date(2026, 11, 27)) | (st.none() if is_unknown else st.nothing())
    )
    kind = draw(st.sampled_from(DocumentKind))
    wish = draw(st.sampled_from(Reminders))
    asked = ReminderConsent() if wish is Reminders.NOT_ASKED else ReminderConsent(wish, AT, "g.serik")
    return Patient(
        id=a_patient().id,
        name=draw(NAMES),
        birth_date=born,
        sex=draw(st.sampled_from(Sex)),
        iin=iin,
        no_iin_reason=reason,
        mother_iin=draw(st.none() | IINS),
        phone=draw(st.none() | st.integers(0, 10**10 - 1).map(lambda n: Phone(f"+7{n:010d}"))),
        address=draw(LINES),
        document=kind,
        document_number="" if kind is DocumentKind.NONE else draw(LINES),
        slip_language=draw(st.sampled_from(SlipLanguage)),
        kato=draw(st.sampled_from(["", "750000000", "100000000"])),
        age_band=draw(st.sampled_from(AgeBand)) if born is None else None,
        citizenship=draw(st.sampled_from(["", "KGZ", "UZB"])),
        reminders=asked,
    )


def _told(patient: Patient) -> dict[str, str]:
    values = values_of(patient)
    return {name: values[name] for name in PATIENT_FIELDS}


@settings(max_examples=60, deadline=None)
@given(people(), people())
def test_anybody_comes_back_and_may_become_anybody_else(first: Patient, second: Patient) -> None:
    resource = patient_resource(first, STAMP)
    check(resource)
    assert patient_of(resource, first.id) == first
    assert patient_values(resource) == _told(first)
    changed = with_patient_values(resource, _told(second), LATER)
    check(changed)
    assert patient_values(changed) == _told(second)
    assert patient_of(changed, second.id).name == second.name


@settings(max_examples=40, deadline=None)
@given(people(), people(), st.sampled_from(PATIENT_FIELDS))
def test_one_changed_field_changes_no_other(first: Patient, second: Patient, field: str) -> None:
    wanted = {**_told(first), field: _told(second)[field]}
    if field in ("document", "document_number"):
        # A number needs a document to stand on, and leaves with it.
        wanted |= {name: _told(second)[name] for name in ("document", "document_number")}
    if not (wanted["surname"] or wanted["given_name"] or wanted["patronymic"]):
        return
    resource = patient_resource(first, STAMP)
    changed = with_patient_values(resource, {k: v for k, v in wanted.items() if v != _told(first)[k]}, LATER)
    assert patient_values(changed) == wanted
    check(changed)
