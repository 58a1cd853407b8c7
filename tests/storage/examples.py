"""Made-up records for the tests of the store; their IINs have right check digits and no known owner."""

import datetime as dt
from itertools import count

from clinic_desk.domain.catalogue import (
    Care,
    ListState,
    Offer,
    Package,
    Service,
    Supplier,
    SupplierRole,
)
from clinic_desk.domain.clinic import District, DistrictKind, Doctor
from clinic_desk.domain.ids import (
    CheckId,
    DistrictId,
    DoctorId,
    OfferId,
    OperationId,
    PatientId,
    ReferralId,
    ServiceId,
    SupplierId,
)
from clinic_desk.domain.iin import Sex, check_digit, parse_iin
from clinic_desk.domain.insurance import Channel, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.names import PersonName
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
from clinic_desk.domain.referral import InsuranceEvidence, Payer, Referral
from clinic_desk.services.identity import new_id
from clinic_desk.storage.database import SqlStore

KEY = bytes(range(32))
PROFILE = "0123456789abcdef0123456789abcdef"
NOW = dt.datetime(2026, 11, 23, 4, 41, 7, 123456, tzinfo=dt.UTC)

_serials = count(1)


def iin_digits(born: dt.date, sex: Sex = Sex.FEMALE) -> str:
    """A new number for each call, born on that day."""
    century = 1 + 2 * ((born.year - 1800) // 100) + (sex is Sex.FEMALE)
    while True:
        first = f"{born:%y%m%d}{century}{next(_serials) % 10_000:04d}"
        last = check_digit(first)
        if last is not None:
            return f"{first}{last}"


def patient(
    full: str = "Үлгібаева Айсұлу Маратқызы",
    born: dt.date | None = dt.date(1988, 2, 14),
    *,
    iin: str | None = None,
    phone: str | None = "+77012345678",
    is_here: bool = True,
    district: District | None = None,
) -> Patient:
    """A person with an IIN, or, with `iin=""`, without one."""
    parts = [*full.split(), "", ""][:3]
    digits = iin_digits(born or dt.date(1990, 1, 1)) if iin is None else iin
    return Patient(
        PatientId(new_id()),
        PersonName.of(*parts),
        born,
        Sex.FEMALE,
        parse_iin(digits) if digits else None,
        None if digits else NoIinReason.FOREIGNER,
        phone=Phone(phone) if phone else None,
        address="Сарыарқа к-сі 12, 34 п.",
        document=DocumentKind.IDENTITY_CARD,
        document_number="N0001234",
        slip_language=SlipLanguage.BOTH,
        attachment=Attachment(
            AttachmentState.ATTACHED if is_here else AttachmentState.ELSEWHERE,
            district.id if district else None,
            AttachmentBasis.RESIDENCE if is_here else None,
            dt.date(2021, 3, 4) if is_here else None,
        ),
    )


def insurance_check(
    patient_id: PatientId,
    status: InsuranceStatus = InsuranceStatus.INSURED_STATE,
    at: dt.datetime = NOW,
) -> InsuranceCheck:
    return InsuranceCheck(
        CheckId(new_id()),
        patient_id,
        status,
        at,
        Channel.EGOV,
        "Тіркеуші Н.",
        "pensioner",
        "SO-77",
        dt.date(2026, 12, 31),
        "pppppppp-g??",
    )


def district(number: str = "7") -> District:
    return District(DistrictId(new_id()), number, DistrictKind.THERAPEUTIC)


def doctor(code: str = "D-01", full: str = "Әлиев Нұрлан Серікұлы") -> Doctor:
    return Doctor(
        DoctorId(new_id()),
        code,
        PersonName.of(*full.split()),
        "Терапевт дәрігер",
        "Врач-терапевт",
        "204",
        dt.date(2020, 1, 1),
    )


def service(code: str = "B06.670.006", title: str = "УЗИ органов брюшной полости") -> Service:
    return Service(
        ServiceId(new_id()),
        code,
        title,
        "Құрсақ қуысы ағзаларының УДЗ",
        "",
        Package.INSURANCE,
        "ultrasound",
        "4870.50",
        "1",
    )


def supplier(name: str = 'ТОО "Медицинский центр Сана"', bin_digits: str = "080140009997") -> Supplier:
    return Supplier(
        SupplierId(new_id()),
        name,
        bin_digits,
        "г. Астана",
        "пр. Абая, 1",
        "+77172000000",
        "private",
        ListState.INCLUDED,
        dt.date(2026, 1, 1),
        dt.date(2026, 12, 31),
        (Care(SupplierRole.SUPPLIER, "КДП", "УЗИ"), Care(SupplierRole.CO_EXECUTOR, "Стационар")),
        3.5,
    )


def offer(given_by: Supplier, of: Service, valid_from: dt.date | None = dt.date(2026, 1, 1)) -> Offer:
    return Offer(OfferId(new_id()), given_by.id, of.id, SupplierRole.SUPPLIER, valid_from, None, 6)


def referral(store: SqlStore, number: str = "D1-0TGA-00001-V") -> Referral:
    """A referral whose patient, service, doctor, supplier and check are in the store."""
    from clinic_desk.services.ports import BulkKind

    person, ordering, ordered, giver = (
        patient(),
        doctor(f"D-{number}"),
        service(f"S-{number}"),
        supplier(bin_digits=iin_digits(dt.date(1990, 1, 1))),
    )
    answer = insurance_check(person.id)
    with store.write() as work:
        work.patients.add(person)
        work.clinic.put_doctor(ordering)
        work.bulk.write(BulkKind.SERVICES, [ordered])
        work.bulk.write(BulkKind.SUPPLIERS, [giver])
        work.insurance.add(answer)
        work.commit()
    return Referral(
        ReferralId(new_id()),
        number,
        OperationId(new_id()),
        person.id,
        ordered.id,
        "I11.9",
        ordering.id,
        "no_specialist",
        giver.id,
        SupplierRole.CO_EXECUTOR,
        InsuranceEvidence(
            answer.status,
            Payer.INSURANCE,
            "insured",
            answer.id,
            answer.checked_at,
            answer.channel,
            "SO-77",
            "pensioner",
        ),
        NOW,
        "Тіркеуші Н.",
        "1",
        dt.date(2026, 12, 23),
        2,
        "Протокол № 4",
        "Натощак; <b>жирно</b>",
        {"referral.already_living": "аппарат бұзылды"},
    )
