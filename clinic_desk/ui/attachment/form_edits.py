"""Changes of a form as values."""

from __future__ import annotations

from dataclasses import replace

from clinic_desk.domain.attachment import SeenDocument
from clinic_desk.services.attachment_rows import AttachmentForm


def says_the_same(form: AttachmentForm, other: AttachmentForm | None) -> bool:
    """True when the two differ in nothing but the version of the case they were read from."""
    return other is not None and replace(form, version=0) == replace(other, version=0)


def is_untouched(form: AttachmentForm) -> bool:
    """True when nothing was filled in: there is no draft to keep."""
    return says_the_same(form, AttachmentForm(form.patient_id))


def with_document(form: AttachmentForm, seen: SeenDocument, *, instead_of: set[str]) -> AttachmentForm:
    """The form with this document seen; those of `instead_of` are not seen any more."""
    kept = tuple(d for d in form.documents if d.code not in instead_of | {seen.code})
    return replace(form, documents=(*kept, seen))


def without_documents(form: AttachmentForm, codes: set[str]) -> AttachmentForm:
    """The form with none of these seen."""
    return replace(form, documents=tuple(d for d in form.documents if d.code not in codes))
