"""Rules at the moment a referral is issued: pure functions of values and the day.

Each finding names its source. Nothing here stops a person from being registered or seen: only
the act that is asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.catalogue import Diagnosis, Offer, Service, Supplier, SupplierRole
from clinic_desk.domain.clinic import Doctor
from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.domain.referral import Answer, Payer, PayerReason, Referral
from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.terms import clinic_day
from clinic_desk.domain.verdict import Need, Verdict
from clinic_desk.domain.working_days import WorkingCalendar

SOURCE_DOCTOR_DECIDES = "Order ҚР ДСМ-37 of 27 Apr 2022: services are ordered by the treating doctor"
SOURCE_SUPPLIER_LIST = (
    "Payment rules ҚР ДСМ-291/2020, edition 18 May 2026; the Fund's list of health care subjects"
)
SOURCE_LAW = "Law No. 405-V of 16 Nov 2015 as changed by No. 206-VIII of 14 Jul 2025"
SOURCE_ORGANISATION = "Set by the organisation"
SOURCE_IIN = "Ministry of Justice, 5 Apr 2019, on Resolution No. 853 of 26 Aug 2013"


_R = PayerReason
_UNKNOWN: Final[Mapping[PayerReason, str]] = {
    _R.NEVER_CHECKED: "referral.insurance_unknown",
    _R.CHECKED_LATER: "referral.insurance_unknown",
    _R.EVIDENCE_TOO_OLD: "referral.insurance_too_old",
    _R.EVIDENCE_RAN_OUT: "referral.insurance_ran_out",
    _R.ONSET_NOT_KNOWN: "referral.onset_not_known",
    _R.PACKAGE_NOT_KNOWN: "referral.package_unknown",
    _R.SERVICE_NOT_TOLD: "referral.package_unknown",
    _R.CONTRACT_NOT_KNOWN: "referral.contract_unknown",
    _R.CONTRACT_ENDED: "referral.contract_ended",
    _R.RULE_NOT_SETTLED: "referral.rule_not_settled",
}
"""What is said where the payer could not be told."""


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
    living: Sequence[Referral]
    verdict: Verdict | None = None
    """Who pays; None until service and diagnosis are known."""
    onset_on: dt.date | None = None
    """The first day of the disease, by the doctor."""


def find_at_issue(
    request: ReferralRequest, day: dt.date, tables: RuleTables, calendar: WorkingCalendar
) -> list[Finding]:
    """Everything the rules say about issuing the referral on `day`, blocks first."""
    found: list[Finding] = [
        *_required(request, day, tables),
        *_supplier(request, day, tables, calendar),
        *_onset(request, day),
        *_payer(request),
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


def _onset(request: ReferralRequest, day: dt.date) -> list[Finding]:
    if request.onset_on is None or request.onset_on <= day:
        return []
    return [Finding(Severity.BLOCK, "referral.onset_in_future", {}, SOURCE_DOCTOR_DECIDES, "onset")]


def _payer(request: ReferralRequest) -> list[Finding]:
    who = request.verdict
    if who is None:
        return []
    if who.answer is Answer.NOT_COVERED:
        instead = ("guaranteed_care", "district_doctor", "check_again", "guaranteed_diagnosis")
        params = _params(who)
        return [Finding(Severity.BLOCK, "referral.uninsured", params, who.source, "service", instead)]
    if who.answer is Answer.UNKNOWN:
        # Not knowing is a note: asking for a reason each time the network is down would teach to type dots.
        field = "onset" if who.reason is PayerReason.ONSET_NOT_KNOWN else "service"
        again = ("check_again",) if Need.INSURANCE in who.needs else ()
        source = who.source or SOURCE_LAW
        return [Finding(Severity.NOTE, _UNKNOWN[who.reason], _params(who), source, field, again)]
    if who.first_months is not None and who.payer is not Payer.GUARANTEED:
        return [
            Finding(Severity.NOTE, "referral.guaranteed_first_months", _params(who), who.source, "diagnosis")
        ]
    return []


def _params(who: Verdict) -> dict[str, object]:
    params: dict[str, object] = {}
    if who.first_months is not None:
        params["months"] = who.first_months
    if who.as_of is not None:
        params["day"] = clinic_day(who.as_of)
    return params


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
