"""Codes and values of attachment as words of the window."""

from __future__ import annotations

from clinic_desk.domain.attachment import CaseState, SeenDocument
from clinic_desk.domain.clinic import District, Doctor
from clinic_desk.services.attachment_rows import ConsentForm, DistrictChoice, DocumentChoice
from clinic_desk.ui.kit import ChipData, Kind, UiText

_C = CaseState
_STATE_LOOKS = {
    _C.DRAFT: (Kind.NEUTRAL, "pencil-simple"),
    _C.CONSENTED: (Kind.NEUTRAL, "check-square"),
    _C.SENT: (Kind.INFO, "paper-plane-tilt"),
    _C.ACCEPTED: (Kind.OK, "check-circle"),
    _C.REFUSED: (Kind.ERR, "x-circle"),
    _C.IN_FORCE: (Kind.OK, "house-line"),
    _C.ENDED: (Kind.NEUTRAL, "prohibit"),
}


def state_chip(words: UiText, state: CaseState) -> ChipData:
    """Where a case stands."""
    kind, icon = _STATE_LOOKS[state]
    return ChipData(kind, words.say(f"labels.case.{state}"), icon)


def district_name(words: UiText, district: District) -> str:
    """«№ 12 учаске · ЖПД» or the like."""
    return words.say(f"labels.district.{district.kind}", number=district.number)


def district_and_doctor(words: UiText, district: District, doctor: Doctor | None) -> str:
    """The district and who works there."""
    name = district_name(words, district)
    return f"{name} · {doctor.name.short}" if doctor else name


def mark_chip(words: UiText, choice: DistrictChoice) -> ChipData | None:
    """What a district is marked with: over its norm before all, then full, then why it is offered."""
    say = words.say
    if choice.over:
        return ChipData(Kind.ERR, say("attachment_screen.mark.over", n=choice.over), "warning-circle")
    if choice.is_proposed:
        return ChipData(Kind.OK, say(f"attachment_screen.mark.{choice.why}"), "check-circle")
    if choice.norm is not None and choice.free_places == 0:
        return ChipData(Kind.WARN, say("attachment_screen.mark.full"), "warning")
    if choice.norm is not None and choice.people >= 0.95 * choice.norm:
        return ChipData(Kind.WARN, say("attachment_screen.mark.near"), "warning")
    return None


def consent_note(words: UiText, consent: ConsentForm, by: str) -> str:
    """How, when and who wrote it down; who gave it if it was not the patient."""
    parts = [words.say(f"labels.consent_way.{consent.way}")]
    if consent.name:
        parts.append(f"{words.say(f'labels.consent_giver.{consent.giver}')}: {consent.name}")
    if consent.at is not None:
        parts.append(words.texts.moment(consent.at))
    if by:
        parts.append(by)
    return " · ".join(parts)


def document_name(words: UiText, code: str) -> str:
    """The name of a document; a code the catalogue does not know yet stands as it is."""
    key = f"attachment.document.{code}"
    return words.say(key) if words.has(key) else code


def document_note(words: UiText, choice: DocumentChoice, seen: SeenDocument | None) -> str:
    """When it is dated, or whether it is needed."""
    if seen is None:
        return words.say(
            "attachment_screen.document.needed" if choice.is_needed else "attachment_screen.document.optional"
        )
    if seen.dated is None:
        return words.say("attachment_screen.document.seen")
    return words.say("attachment_screen.document.seen_dated", day=seen.dated)
