"""A case in words: what happened, what is recorded, its steps and its history."""

from __future__ import annotations

from collections.abc import Sequence

from clinic_desk.domain.attachment import AttachmentCase, CaseState, EndReason
from clinic_desk.services.attachment_port import AttachmentEvent
from clinic_desk.services.attachment_rows import ConsentForm
from clinic_desk.ui.attachment.words import consent_note, document_name
from clinic_desk.ui.kit import Step, UiText
from clinic_desk.ui.kit.authors import author

_C = CaseState
_PATH = (_C.CONSENTED, _C.SENT, _C.ACCEPTED, _C.IN_FORCE)
_REACHED = {_C.DRAFT: 0, _C.CONSENTED: 1, _C.SENT: 2, _C.ACCEPTED: 3, _C.REFUSED: 3, _C.IN_FORCE: 4}


def what_happened(words: UiText, case: AttachmentCase) -> str:
    """One or two sentences on where the case stands and what to do."""
    say, texts = words.say, words.texts
    match case.state:
        case CaseState.SENT:
            sent = texts.moment(case.sent_at) if case.sent_at else ""
            return say("attachment_screen.what.sent", at=sent)
        case CaseState.ACCEPTED:
            day = texts.date(case.effective_on) if case.effective_on else ""
            return say("attachment_screen.what.accepted", day=day)
        case CaseState.REFUSED:
            ground = say(f"attachment.ground.{case.refusal_ground}")
            return say("attachment_screen.what.refused", ground=ground)
        case CaseState.IN_FORCE:
            day = texts.date(case.effective_on) if case.effective_on else ""
            if case.contract_until is not None:
                until = texts.date(case.contract_until)
                return say("attachment_screen.what.in_force_until", day=day, until=until)
            return say("attachment_screen.what.in_force", day=day)
        case CaseState.ENDED:
            reason = say(f"attachment.end.{case.end_reason or EndReason.WITHDRAWN}")
            reason = reason[:1].lower() + reason[1:]
            if case.sent_at is None:
                return say("attachment_screen.what.never_sent", reason=reason)
            day = texts.date(case.ended_on) if case.ended_on else ""
            return say("attachment_screen.what.ended", day=day, reason=reason)
    return say(f"attachment_screen.what.{case.state}")


def case_steps(words: UiText, case: AttachmentCase, events: Sequence[AttachmentEvent]) -> list[Step]:
    """Consent, sent, answer, in force: each with its day once it is reached."""
    days = {event.state: words.texts.date(event.at.date()) for event in events}
    if case.consent is not None:
        days[_C.CONSENTED] = words.texts.moment(case.consent.at)[:10]
    if case.state is _C.REFUSED and case.answered_at is not None:
        days[_C.ACCEPTED] = words.texts.moment(case.answered_at)[:10]
    if case.effective_on is not None:
        days[_C.IN_FORCE] = words.texts.date(case.effective_on)
    reached = _REACHED.get(case.state, len(_PATH))
    titles = ("consented", "sent", "answered", "in_force")
    steps = []
    for number, (state, title) in enumerate(zip(_PATH, titles, strict=True), 1):
        where = "done" if number <= reached else "now" if number == reached + 1 and case.is_open else "next"
        note = days.get(state, "") if number <= reached or state is _C.IN_FORCE else ""
        steps.append(Step(words.say(f"attachment_screen.step.{title}"), note, where))  # type: ignore[arg-type]
    return steps


def facts(words: UiText, case: AttachmentCase) -> list[tuple[str, str]]:
    """What is recorded, as pairs of a caption and a text; what is not known is ""."""
    say, texts = words.say, words.texts
    consent = case.consent
    given = ConsentForm(consent.giver, consent.way, consent.at, consent.name) if consent else None
    documents = []
    for seen in case.documents:
        name = document_name(words, seen.code)
        documents.append(f"{name} ({texts.date(seen.dated)})" if seen.dated else name)
    return [
        (
            say("attachment_screen.fact.basis"),
            say(f"attachment_screen.basis.{case.basis}") if case.basis else "",
        ),
        (
            say("attachment_screen.fact.consent"),
            consent_note(words, given, consent.recorded_by) if given and consent else "",
        ),
        (say("attachment_screen.fact.documents"), "; ".join(documents)),
        (say("attachment_screen.fact.received"), texts.moment(case.received_at) if case.received_at else ""),
        (
            say("attachment_screen.fact.contract"),
            texts.date(case.contract_until) if case.contract_until else "",
        ),
        (say("attachment_screen.fact.care"), case.care_at_home),
        (say("attachment_screen.fact.reason"), "; ".join(case.reasons_given.values())),
        (say("attachment_screen.fact.allowed"), case.allowed_by),
        (say("attachment_screen.fact.number"), case.answer_number),
        (say("attachment_screen.fact.paragraph"), case.refusal_text),
        (say("attachment_screen.fact.note"), case.note),
    ]


def history_lines(words: UiText, events: Sequence[AttachmentEvent]) -> list[tuple[str, str]]:
    """Newest first: when, then what and by whom."""
    return [
        (
            words.texts.moment(event.at),
            " · ".join(
                part
                for part in (words.say(f"labels.case.{event.state}"), author(words, event.by), event.note)
                if part
            ),
        )
        for event in reversed(events)
    ]


__all__ = ["case_steps", "facts", "history_lines", "what_happened"]
