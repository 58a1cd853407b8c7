"""The two sides of an attachment in words: where the person is now and where they will be."""

from __future__ import annotations

import datetime as dt

from clinic_desk.domain.clinic import District, Doctor
from clinic_desk.domain.patient import Attachment, AttachmentState
from clinic_desk.services.rows import PatientCard
from clinic_desk.ui.attachment.change_cards import Place
from clinic_desk.ui.attachment.words import district_and_doctor
from clinic_desk.ui.kit import UiText


def place_now(words: UiText, card: PatientCard, previous: str, was: Attachment | None = None) -> Place:
    """Where the person is attached as far as anybody knows; `previous` is what they say themselves.

    `was` is where they were when the application was sent, None for where they are now.
    """
    say, attachment = words.say, was or card.patient.attachment
    if attachment.state is AttachmentState.ATTACHED:
        district = district_and_doctor(words, card.district, card.district_doctor) if card.district else ""
        remark = say("attachment_screen.since_here", since=attachment.since) if attachment.since else ""
        return Place(say("attachment_screen.here"), district, remark)
    detaches = say("attachment_screen.detaches")
    if attachment.since and attachment.state is AttachmentState.ELSEWHERE:
        detaches = say("attachment_screen.since", since=attachment.since)
    if previous:
        return Place(previous, "", detaches, title_is_data=True)
    if attachment.state is AttachmentState.ELSEWHERE:
        return Place(say("attachment_screen.elsewhere"), "", detaches)
    if attachment.state is AttachmentState.DETACHED:
        return Place(say("attachment_screen.nowhere"))
    return Place(say("attachment_screen.not_known"), "", detaches)


def place_new(
    words: UiText, district: District | None, doctor: Doctor | None, effective_on: dt.date | None
) -> Place:
    """The district that was chosen, and from which day; None for the day on which the register accepts."""
    say = words.say
    if district is None:
        return Place(say("attachment_screen.here"), "", say("attachment_screen.not_chosen"))
    if effective_on is None:
        remark = say("attachment_screen.effective.accepted")
    else:
        remark = say("attachment_screen.effective.day", day=effective_on)
    return Place(say("attachment_screen.here"), district_and_doctor(words, district, doctor), remark)


__all__ = ["place_new", "place_now"]
