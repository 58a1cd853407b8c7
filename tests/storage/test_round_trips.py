"""Whatever the domain can hold comes back from the store as it was."""

import datetime as dt
from typing import Any, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_desk.domain.catalogue import (
    Care,
    Diagnosis,
    ListState,
    Offer,
    Package,
    Service,
    Supplier,
    SupplierRole,
)
from clinic_desk.domain.clinic import District, DistrictKind, Doctor
from clinic_desk.domain.iin import Sex, parse_iin
from clinic_desk.domain.insurance import Channel, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.names import PersonName, clean_part
from clinic_desk.domain.patient import (
    Attachment,
    AttachmentBasis,
    AttachmentState,
    DocumentKind,
    NoIinReason,
    Patient,
    SlipLanguage,
)
from clinic_desk.domain.phone import Phone
from clinic_desk.domain.referral import InsuranceEvidence, Payer, PrintState, Referral, ReferralStatus
from clinic_desk.services.ports import ReferralEvent
from clinic_desk.storage.folded import name_key
from clinic_desk.storage.mapping.catalogue import DIAGNOSIS, OFFER, SERVICE, SUPPLIER
from clinic_desk.storage.mapping.clinic import DISTRICT, DOCTOR
from clinic_desk.storage.mapping.form import Form
from clinic_desk.storage.mapping.insurance import CHECK
from clinic_desk.storage.mapping.patients import PATIENT
from clinic_desk.storage.mapping.referrals import EVENT, REFERRAL
from clinic_desk.storage.values import (
    day_of,
    day_text,
    json_of,
    json_text,
    moment_of,
    moment_text,
)
from tests.storage.examples import iin_digits

T = TypeVar("T")

words = st.text(max_size=30)
ids = st.uuids().map(lambda value: value.hex)
optional_ids = st.none() | ids
days = st.dates(dt.date(1850, 1, 1), dt.date(2100, 1, 1))
optional_days = st.none() | days
zones = st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=5)), dt.timezone(-dt.timedelta(hours=9.5))])
moments = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2200, 1, 1), timezones=zones)
names = st.tuples(words, words, words).map(lambda p: PersonName(*map(clean_part, p)))
iins = st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1)).map(lambda day: parse_iin(iin_digits(day)))
phones = st.from_regex(r"\+[1-9][0-9]{6,13}", fullmatch=True).map(Phone)

attachments = st.builds(
    Attachment,
    st.sampled_from(AttachmentState),
    optional_ids,
    st.none() | st.sampled_from(AttachmentBasis),
    optional_days,
)
patients = st.builds(
    Patient,
    ids,
    names,
    optional_days,
    st.sampled_from(Sex),
    st.none() | iins,
    st.none() | st.sampled_from(NoIinReason),
    st.none() | iins,
    st.none() | phones,
    words,
    st.sampled_from(DocumentKind),
    words,
    st.sampled_from(SlipLanguage),
    attachments,
    st.integers(1, 10**6),
)
checks = st.builds(
    InsuranceCheck,
    ids,
    ids,
    st.sampled_from(InsuranceStatus),
    moments,
    st.sampled_from(Channel),
    words,
    words,
    words,
    optional_days,
    st.sampled_from(["", "pppppppp-g??"]),
)
evidences = st.builds(
    InsuranceEvidence,
    st.sampled_from(InsuranceStatus),
    st.sampled_from(Payer),
    words,
    optional_ids,
    st.none() | moments,
    st.none() | st.sampled_from(Channel),
    words,
    words,
)
referrals = st.builds(
    Referral,
    ids,
    words,
    ids,
    ids,
    ids,
    words,
    ids,
    words,
    ids,
    st.sampled_from(SupplierRole),
    evidences,
    moments,
    words,
    words,
    days,
    st.integers(1, 99),
    words,
    words,
    st.dictionaries(words, words, max_size=3),
    st.sampled_from(ReferralStatus),
    st.sampled_from(PrintState),
    st.integers(0, 9),
    st.none() | moments,
    st.integers(1, 99),
)


def back(form: Form[T], value: T) -> T:
    """The value written and read by SQLite itself, without the rest of the table."""
    from contextlib import closing

    from sqlcipher3 import dbapi2 as driver

    row = form.write(value)
    assert len(row) == len(form.written)
    with closing(driver.connect(":memory:")) as connection:
        columns = ", ".join(f'"{name}"' for name in form.written)
        connection.execute(f"CREATE TABLE t ({columns})")
        connection.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(row))})", row)
        listed = ", ".join(f'"{name}"' for name in form.columns)
        stored: tuple[Any, ...] = connection.execute(f"SELECT {listed} FROM t").fetchone()
    if form.is_versioned:
        stored = (*stored, value.version)  # type: ignore[attr-defined]
    return form.read(stored)


fast = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@fast
@given(patients)
def test_patient(value: Patient) -> None:
    assert back(PATIENT, value) == value
    params = PATIENT.params(value)
    assert params["name_key"] == value.name.key == name_key(value.name)
    assert params["is_here"] == int(value.attachment.is_here)


@fast
@given(checks)
def test_insurance_check(value: InsuranceCheck) -> None:
    assert back(CHECK, value) == value


@fast
@given(referrals)
def test_referral(value: Referral) -> None:
    assert back(REFERRAL, value) == value


@fast
@given(st.builds(ReferralEvent, ids, st.sampled_from(ReferralStatus), moments, words, words))
def test_event(value: ReferralEvent) -> None:
    assert back(EVENT, value) == value


@fast
@given(
    st.builds(District, ids, words, st.sampled_from(DistrictKind), optional_ids),
    st.builds(Doctor, ids, words, names, words, words, words, optional_days, optional_days),
)
def test_clinic(district: District, doctor: Doctor) -> None:
    assert back(DISTRICT, district) == district
    assert back(DOCTOR, doctor) == doctor


@fast
@given(
    st.builds(Service, ids, words, words, words, words, st.sampled_from(Package), words, words, words),
    st.builds(Diagnosis, words, words, words, words),
    st.builds(
        Supplier,
        ids,
        words,
        words,
        words,
        words,
        words,
        words,
        st.sampled_from(ListState),
        optional_days,
        optional_days,
        distance_km=st.none() | st.floats(0, 3000),
    ),
    st.builds(
        Offer,
        ids,
        ids,
        ids,
        st.sampled_from(SupplierRole),
        optional_days,
        optional_days,
        st.none() | st.integers(0, 400),
    ),
)
def test_catalogue(service: Service, diagnosis: Diagnosis, supplier: Supplier, offer: Offer) -> None:
    assert back(SERVICE, service) == service
    assert back(DIAGNOSIS, diagnosis) == diagnosis
    assert back(SUPPLIER, supplier) == supplier
    assert back(OFFER, offer) == offer


def test_cares_keep_their_order() -> None:
    from clinic_desk.storage.mapping.catalogue import with_cares
    from tests.storage.examples import supplier

    stored = supplier()
    cares = (Care(SupplierRole.CO_EXECUTOR, "b"), Care(SupplierRole.SUPPLIER, "a", "c"))
    rows = [(care.role.value, care.kind, care.subkind) for care in cares]
    assert with_cares(stored, rows).cares == cares


@given(moments, moments)
def test_moments_sort_as_they_happened(one: dt.datetime, other: dt.datetime) -> None:
    texts = moment_text(one), moment_text(other)
    assert (one < other) == (texts[0] < texts[1])
    assert {len(text) for text in texts} == {27}
    assert moment_of(texts[0]) == one
    assert moment_of(texts[0]).utcoffset() == dt.timedelta()


def test_a_moment_without_a_zone_is_refused() -> None:
    import pytest

    with pytest.raises(ValueError, match="time zone"):
        moment_text(dt.datetime(2026, 11, 23))


@given(optional_days)
def test_days(day: dt.date | None) -> None:
    assert day_of(day_text(day)) == day


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_json(value: Any) -> None:
    assert json_of(json_text(value)) == value
