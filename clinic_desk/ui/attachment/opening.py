"""What is read from the store when an application opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.attachment import AttachmentCase, CaseState
from clinic_desk.domain.attachment_rules import rule_on
from clinic_desk.services.actor import Actor
from clinic_desk.services.attachment_rows import (
    AttachmentForm,
    AttachmentRow,
    BasisChoice,
    DistrictChoice,
)
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import PatientCard
from clinic_desk.ui.attachment.form_watch import Checked, checked

WRITTEN: Final = frozenset({CaseState.DRAFT, CaseState.CONSENTED})
"""States in which a case is still a form."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The person, the draft and its form, the choices, and what the rules say.

    `refused` is the person's last application, if the register refused it. `is_minor` when somebody else has
    to apply for the person.
    """

    card: PatientCard
    actor: Actor
    case: AttachmentCase | None
    form: AttachmentForm
    bases: tuple[BasisChoice, ...]
    districts: tuple[DistrictChoice, ...]
    checked: Checked
    is_minor: bool
    refused: AttachmentRow | None


def read_opening(services: DeskServices, card: PatientCard, case: AttachmentCase | None) -> Opening:
    """Runs in a lane.

    Raises:
        NotFound: `patient.not_found`.
    """
    service, patient_id = services.attachments, card.patient.id
    form = service.form(case) if case is not None else AttachmentForm(patient_id)
    return Opening(
        card,
        services.actor(),
        case,
        form,
        tuple(service.bases()),
        tuple(service.districts(patient_id)),
        checked(service, form),
        _is_minor(services, card),
        _last_refused(services, card),
    )


def _last_refused(services: DeskServices, card: PatientCard) -> AttachmentRow | None:
    rows = services.attachment_lists.rows_of_patient(card.patient.id)
    earlier = [row for row in rows if row.state not in WRITTEN]
    return earlier[0] if earlier and earlier[0].state is CaseState.REFUSED else None


def _is_minor(services: DeskServices, card: PatientCard) -> bool:
    """Somebody of unknown age is asked nothing more."""
    today = services.clock.today()
    own_age = rule_on(services.rules.on(today), today).value.own_age
    return card.age is not None and card.age < own_age


__all__ = ["WRITTEN", "Opening", "read_opening"]
