"""Who pays, asked of the store: the facts of a person, the last answer about insurance, the verdict."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from clinic_desk.domain.catalogue import Service
from clinic_desk.domain.insurance import InsuranceCheck
from clinic_desk.domain.patient import AttachmentBasis, Patient
from clinic_desk.domain.referral import InsuranceEvidence
from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.standing import last_answer
from clinic_desk.domain.terms import clinic_day
from clinic_desk.domain.verdict import PersonFacts, Verdict, evidence, onset_group, verdict
from clinic_desk.services.ports import UnitOfWork


class Judged(NamedTuple):
    """A verdict with what it was given: the last answer, and the first day where that decides."""

    verdict: Verdict
    check: InsuranceCheck | None
    onset_on: dt.date | None
    asks_onset: bool

    @property
    def evidence(self) -> InsuranceEvidence:
        """What a referral keeps of it."""
        return evidence(self.verdict, self.check, self.onset_on)


def person_facts(work: UnitOfWork, patient: Patient) -> PersonFacts:
    """The facts of a patient, with the last day of an EAEU worker's contract where a case tells it."""
    if patient.attachment.basis is not AttachmentBasis.EAEU_CONTRACT:
        return PersonFacts.of(patient)
    ends = [case.contract_until for case in work.attachments.in_force_of(patient.id)]
    return PersonFacts.of(patient, max((end for end in ends if end is not None), default=None))


def who_pays(
    work: UnitOfWork,
    patient: Patient,
    service: Service | None,
    icd_code: str,
    day: dt.date,
    tables: RuleTables,
    *,
    onset_on: dt.date | None = None,
) -> Judged:
    """The verdict of `day` by the newest answer that is not from after it, or else by the newest."""
    answers = work.insurance.of_patient(patient.id)
    check = last_answer(a for a in answers if clinic_day(a.checked_at) <= day) or last_answer(answers)
    asks_onset = onset_group(icd_code, day, tables) is not None
    onset = onset_on if asks_onset else None
    facts = person_facts(work, patient)
    found = verdict(facts, check, service, icd_code, day, tables, onset_on=onset)
    return Judged(found, check, onset, asks_onset)
