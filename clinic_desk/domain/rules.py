"""Rules at the moment a referral is issued: pure functions of values and the day.

Each finding names its source. Nothing here stops a person from being registered or seen: only
the act that is asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clinic_desk.domain.catalogue import Diagnosis, Offer, Package, Service, Supplier, SupplierRole
from clinic_desk.domain.clinic import Doctor
from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.domain.insurance import Coverage, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.referral import InsuranceEvidence, Payer, Referral
from clinic_desk.domain.rule_tables import Dated, DiagnosisGroup, RuleTables
from clinic_desk.domain.working_days import WorkingCalendar

SOURCE_DOCTOR_DECIDES = "Order ҚР ДСМ-37 of 27 Apr 2022: services are ordered by the treating doctor"
SOURCE_SUPPLIER_LIST = (
    "Payment rules ҚР ДСМ-291/2020, edition 18 May 2026; the Fund's list of health care subjects"
)
SOURCE_PACKAGES = "Government resolutions No. 672 and No. 421, both changed by No. 1086 of 15 Dec 2025"
SOURCE_LAW = "Law No. 405-V of 16 Nov 2015 as changed by No. 206-VIII of 14 Jul 2025"
SOURCE_ORGANISATION = "Set by the organisation"
SOURCE_IIN = "Ministry of Justice, 5 Apr 2019, on Resolution No. 853 of 26 Aug 2013"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who pays for this service, this diagnosis, this day, and by which rule."""

    payer: Payer
    rule: str
    source: str
    group: str = ""
    first_months: int | None = None


def verdict(
    service: Service,
    icd_code: str,
    check: InsuranceCheck | None,
    day: dt.date,
    tables: RuleTables,
) -> Verdict:
    """Who pays on `day`; "unknown" when nobody could tell, never "no" for want of an answer.

    Socially significant diseases come first, then a service that is guaranteed to everybody by its
    kind, then chronic diseases under observation, which need insurance. The orders can be read so
    that a chronic disease comes before the kind of the service; then an uninsured person would be
    refused even first contact with primary care, which the law keeps for everybody.

    Source: orders ҚР ДСМ-108/2020 and 109/2020; Government resolutions No. 672 and No. 421.
    """
    kept = _group(tables.guaranteed_diagnoses.on(day), icd_code)
    if kept is not None:
        return Verdict(Payer.GUARANTEED, "diagnosis", kept.source, kept.value.code, kept.value.first_months)
    chronic = _group(tables.insurance_diagnoses.on(day), icd_code)
    if service.package is Package.GUARANTEED:
        return Verdict(Payer.GUARANTEED, "service", SOURCE_PACKAGES)
    if service.package is Package.UNKNOWN and chronic is None:
        return Verdict(Payer.UNKNOWN, "package_unknown", SOURCE_PACKAGES)
    source = chronic.source if chronic is not None else SOURCE_PACKAGES
    group = chronic.value.code if chronic is not None else ""
    coverage = check.coverage_on(day) if check is not None else Coverage.UNKNOWN
    if coverage is Coverage.YES:
        return Verdict(Payer.INSURANCE, "insured", source, group)
    if coverage is Coverage.NO:
        return Verdict(Payer.SELF_PAY, "uninsured", source, group)
    return Verdict(Payer.UNKNOWN, "insurance_unknown", source, group)


def evidence(found: Verdict, check: InsuranceCheck | None) -> InsuranceEvidence:
    """What the referral keeps, unchanged, of the verdict and of the answer behind it."""
    if check is None:
        return InsuranceEvidence(InsuranceStatus.UNKNOWN, found.payer, found.rule)
    return InsuranceEvidence(
        check.status,
        found.payer,
        found.rule,
        check.id,
        check.checked_at,
        check.channel,
        check.reference,
        check.category,
    )


@dataclass(frozen=True, slots=True)
class ReferralRequest:
    """What the registrar wants to issue, as far as it is known; missing parts are None."""

    service: Service | None
    diagnosis: Diagnosis | None
    diagnosis_text: str
    doctor: Doctor | None
    reason: str
    supplier: Supplier | None
    offers: Sequence[Offer]
    check: InsuranceCheck | None
    living: Sequence[Referral]
    verdict: Verdict | None = None
    """Who pays, if the caller has asked already."""


def find_at_issue(
    request: ReferralRequest, day: dt.date, tables: RuleTables, calendar: WorkingCalendar
) -> list[Finding]:
    """Everything the rules say about issuing the referral on `day`, blocks first."""
    found: list[Finding] = [
        *_required(request, day, tables),
        *_supplier(request, day, tables, calendar),
        *_insurance(request, day, tables),
        *_already_referred(request),
    ]
    order = {Severity.BLOCK: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    return sorted(found, key=lambda finding: order[finding.severity])


def offer_on(offers: Sequence[Offer], supplier: Supplier, service: Service, day: dt.date) -> Offer | None:
    """The offer by which `supplier` gives `service` on `day`; the supplier's own before a co-executor's."""
    standing = [
        offer
        for offer in offers
        if offer.supplier_id == supplier.id and offer.service_id == service.id and offer.is_valid_on(day)
    ]
    return min(standing, key=lambda offer: offer.role is not SupplierRole.SUPPLIER, default=None)


def _required(request: ReferralRequest, day: dt.date, tables: RuleTables) -> list[Finding]:
    found = []

    def block(code: str, field: str, source: str = SOURCE_DOCTOR_DECIDES, **params: object) -> None:
        found.append(Finding(Severity.BLOCK, code, params, source, field))

    if request.service is None:
        block("referral.no_service", "service")
    if request.diagnosis is None:
        if request.diagnosis_text:
            block("referral.unknown_diagnosis", "diagnosis", icd=request.diagnosis_text)
        else:
            block("referral.no_diagnosis", "diagnosis")
    if request.doctor is None:
        block("referral.no_doctor", "doctor")
    elif not request.doctor.is_active_on(day):
        block("referral.doctor_not_working", "doctor", doctor=request.doctor.name.short)
    if tables.reason(request.reason, day) is None:
        block("referral.no_reason", "reason", "Social Health Insurance Fund, public position, 6 Dec 2025")
    if request.supplier is None:
        block("referral.no_supplier", "supplier", SOURCE_SUPPLIER_LIST)
    return found


def _supplier(
    request: ReferralRequest, day: dt.date, tables: RuleTables, calendar: WorkingCalendar
) -> list[Finding]:
    supplier, service = request.supplier, request.service
    if supplier is None:
        return []
    instead = ("choose_other_supplier",)

    def block(code: str, **params: object) -> list[Finding]:
        params["supplier"] = supplier.name
        return [Finding(Severity.BLOCK, code, params, SOURCE_SUPPLIER_LIST, "supplier", instead)]

    if not supplier.is_complete:
        return block("referral.supplier_incomplete")
    if not supplier.is_listed_on(day):
        return block("referral.supplier_not_listed", day=day)
    if service is None:
        return []
    offer = offer_on(request.offers, supplier, service, day)
    if offer is None:
        return block("referral.supplier_without_service", service=service.title_ru, day=day)
    limit = tables.wait_warning_days.one_on(day)
    if offer.wait_days is not None:
        expected = day + dt.timedelta(days=offer.wait_days)
        if calendar.between(day, expected) > limit.value:
            params = {"days": offer.wait_days, "limit": limit.value}
            return [Finding(Severity.NOTE, "referral.long_wait", params, limit.source, "supplier")]
    return []


def _insurance(request: ReferralRequest, day: dt.date, tables: RuleTables) -> list[Finding]:
    service = request.service
    if service is None or request.diagnosis is None:
        return []
    who = request.verdict or verdict(service, request.diagnosis.code, request.check, day, tables)
    if who.payer is Payer.SELF_PAY:
        instead = ("guaranteed_care", "district_doctor", "check_again", "guaranteed_diagnosis")
        return [Finding(Severity.BLOCK, "referral.uninsured", {}, who.source, "service", instead)]
    if who.rule == "insurance_unknown":
        return [
            Finding(Severity.NOTE, "referral.insurance_unknown", {}, SOURCE_LAW, "service", ("check_again",))
        ]
    if who.rule == "package_unknown":
        return [Finding(Severity.NOTE, "referral.package_unknown", {}, who.source, "service")]
    if who.first_months is not None:
        params = {"months": who.first_months}
        return [Finding(Severity.NOTE, "referral.guaranteed_first_months", params, who.source, "diagnosis")]
    return []


def _already_referred(request: ReferralRequest) -> list[Finding]:
    if request.service is None:
        return []
    return [
        Finding(
            Severity.WARNING,
            "referral.already_living",
            {"number": other.number, "status": other.status.value, "issued_at": other.issued_at},
            SOURCE_ORGANISATION,
            "service",
        )
        for other in request.living
        if other.is_living and other.service_id == request.service.id
    ]


def _group(rows: Sequence[Dated[DiagnosisGroup]], icd_code: str) -> Dated[DiagnosisGroup] | None:
    return next((row for row in rows if row.value.holds(icd_code)), None)
