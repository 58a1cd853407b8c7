"""The districts offered to a person, with doctors and loads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinic_desk.domain.address import split_address
from clinic_desk.domain.clinic import DistrictKind, Doctor
from clinic_desk.domain.district_proposal import Proposal, propose_districts
from clinic_desk.domain.errors import NotFound
from clinic_desk.domain.ids import DistrictId, DoctorId, PatientId
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.rule_tables import Dated
from clinic_desk.domain.rule_tables.districts import DISTRICT_NORMS, DistrictRule
from clinic_desk.services.attachment_rows import DistrictChoice, DistrictWhy
from clinic_desk.services.ports import Clock, UnitOfWork
from clinic_desk.services.rule_book import RuleBook

_OWN: Final = frozenset({DistrictWhy.ADDRESS, DistrictWhy.STREET, DistrictWhy.MOTHER})


def district_choices(
    work: UnitOfWork, patient_id: PatientId, book: RuleBook, clock: Clock
) -> list[DistrictChoice]:
    """Own address first (a newborn's is the mother's), then free places; none that takes other ages.

    Raises:
        NotFound: `patient.not_found`.
    """
    patient = work.patients.get(patient_id)
    if patient is None:
        raise NotFound("patient.not_found")
    today = clock.today()
    rules = {row.value.kind: row for row in book.on(today)[DISTRICT_NORMS].on(today)}
    people = {district_id: load.people for district_id, load in work.districts.loads(today).items()}
    doctors = {doctor.id: doctor for doctor in work.clinic.doctors()}
    proposals = _propose(work, patient, patient.address, rules, people, clock)
    why = {proposal.district.id: DistrictWhy(proposal.why.value) for proposal in proposals}
    if patient.mother_iin is not None and not _OWN & set(why.values()):
        mother = work.patients.by_iin(patient.mother_iin.digits)
        if mother is not None:
            by_mother = _of_mother(work, patient, mother, rules, people, clock)
            why.update(dict.fromkeys(by_mother & set(why), DistrictWhy.MOTHER))
            proposals.sort(key=lambda one: why[one.district.id] is not DistrictWhy.MOTHER)
    has_own = bool(_OWN & set(why.values()))
    return [
        _choice(
            proposal,
            doctors,
            rules,
            why[proposal.district.id],
            is_proposed=why[proposal.district.id] in _OWN if has_own else place == 0,
        )
        for place, proposal in enumerate(proposals)
    ]


def _propose(
    work: UnitOfWork,
    patient: Patient,
    address: str,
    rules: Mapping[DistrictKind, Dated[DistrictRule]],
    people: Mapping[DistrictId, int],
    clock: Clock,
) -> list[Proposal]:
    place = split_address(address)
    return propose_districts(
        place,
        patient.age_on(clock.today()),
        work.clinic.districts(),
        {kind: row.value for kind, row in rules.items()},
        work.districts.streets_of(place.street_key) if place.street_key else [],
        people,
    )


def _of_mother(
    work: UnitOfWork,
    patient: Patient,
    mother: Patient,
    rules: Mapping[DistrictKind, Dated[DistrictRule]],
    people: Mapping[DistrictId, int],
    clock: Clock,
) -> set[DistrictId]:
    """Where the mother lives, else where she is attached."""
    proposals = _propose(work, patient, mother.address, rules, people, clock)
    found = {one.district.id for one in proposals if DistrictWhy(one.why.value) in _OWN}
    own = mother.attachment.district_id
    return found or ({own} if own and mother.attachment.is_here else set())


def _choice(
    proposal: Proposal,
    doctors: Mapping[DoctorId, Doctor],
    rules: Mapping[DistrictKind, Dated[DistrictRule]],
    why: DistrictWhy,
    *,
    is_proposed: bool,
) -> DistrictChoice:
    district = proposal.district
    rule = rules.get(district.kind)
    return DistrictChoice(
        district,
        doctors.get(district.doctor_id) if district.doctor_id else None,
        proposal.people,
        proposal.norm,
        rule is not None and rule.uncertain,
        max(0, proposal.people - proposal.norm) if proposal.norm is not None else 0,
        is_proposed,
        why,
    )
