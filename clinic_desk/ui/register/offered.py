"""What a form knows of a person beyond what is stored: new values that are offered to the stored card."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clinic_desk.domain.iin import Sex
from clinic_desk.domain.patient import DocumentKind
from clinic_desk.services.rows import Duplicate
from clinic_desk.ui.register.form_state import FormState


def offered_payload(match: Duplicate, typed: FormState) -> dict[str, Any] | None:
    """A draft of the stored person's form with what the typed one adds; None when it adds nothing."""
    stored = FormState.of(match.patient)
    offered = merged(stored, typed, match)
    altered = offered.altered_from(stored)
    if not altered:
        return None
    return offered.payload() | {"altered": altered, "version": match.patient.version}


def merged(stored: FormState, typed: FormState, match: Duplicate) -> FormState:
    """The stored values with those of the form that are new or differ; letters alone change nothing."""
    taken: dict[str, Any] = {}
    for field, verdict in match.fields.items():
        if verdict not in ("only_typed", "differs"):
            continue
        if field == "name":
            taken |= {"surname": typed.surname, "given_name": typed.given_name}
        elif field == "sex" and typed.sex is not Sex.UNKNOWN:
            taken["sex"] = typed.sex
        elif field != "sex":
            taken[field] = getattr(typed, field)
    if typed.document not in (None, DocumentKind.NONE, stored.document):
        taken["document"] = typed.document
    if typed.document_number.strip() and typed.document_number != stored.document_number:
        taken["document_number"] = typed.document_number
    if "iin" in taken:
        taken["no_iin_reason"] = None
    return replace(stored, **taken)
