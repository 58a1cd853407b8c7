"""An operation as words: its chip, what it is, what becomes of it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.services.sync.deciding.attention_rows import AttentionRow, ItemAct
from clinic_desk.ui.kit import Kind, UiText
from clinic_desk.ui.kit.painting import ChipData

MOST_QUOTED: Final = 160
"""So many letters of a server's words are shown; the file has all that was kept."""
STATE_LOOKS: Final = {
    OpState.PENDING: (Kind.STALE, "hourglass"),
    OpState.SENDING: (Kind.INFO, "paper-plane-tilt"),
    OpState.ACCEPTED: (Kind.OK, "check-circle"),
    OpState.CONFLICT: (Kind.WARN, "arrows-left-right"),
    OpState.REJECTED: (Kind.ERR, "warning-circle"),
    OpState.HELD: (Kind.WARN, "users"),
    OpState.WITHDRAWN: (Kind.NEUTRAL, "prohibit"),
}
_FORWARD: Final = frozenset({ItemAct.DECIDE, ItemAct.MEND, ItemAct.RETRY})
_KIND_ICONS: Final = {
    OpKind.PATIENT_REGISTER: "user",
    OpKind.PATIENT_CHANGE: "user",
    OpKind.PATIENT_MERGE: "users",
    OpKind.PATIENT_UNMERGE: "users",
    OpKind.ATTACHMENT_SEND: "identification-card",
    OpKind.ATTACHMENT_END: "identification-card",
    OpKind.REFERRAL_ISSUE: "paper-plane-tilt",
    OpKind.REFERRAL_MOVE: "paper-plane-tilt",
    OpKind.INSURANCE_ASK: "shield-check",
    OpKind.INSURANCE_RECORD: "shield-check",
}


def offered(row: AttentionRow) -> ItemAct | None:
    """What Enter does with the row: what brings it forward. Taking back is never offered by itself."""
    return next((act for act in row.acts if act in _FORWARD), None)


def state_chip(row: AttentionRow, words: UiText) -> ChipData:
    """Where the operation stands."""
    kind, icon = STATE_LOOKS[row.state]
    return ChipData(kind, words.say(f"sync.state.{row.state}"), icon)


def icon_of(kind: OpKind) -> str:
    """The sign of an act."""
    return _KIND_ICONS[kind]


def what(row: AttentionRow, words: UiText) -> str:
    """Which act, with the printed number where it has one."""
    kind = words.say(f"sync.kind.{row.kind}")
    return words.say("sync_screen.with_number", kind=kind, number=row.number) if row.number else kind


def person(row: AttentionRow, words: UiText) -> str:
    """Whom it is about."""
    return row.person or words.say("sync_screen.nobody")


def quoted(words: UiText, text: str) -> str:
    """A server's own words as a quotation, cut; "" for none."""
    text = " ".join(text.split())
    if len(text) > MOST_QUOTED:
        text = text[: MOST_QUOTED - 1].rstrip() + "…"
    return words.say("sync_screen.quoted", words=text) if text else ""


def remark(row: AttentionRow, words: UiText) -> str:
    """The few words beside the person in the list: what is the matter."""
    if row.fields:
        return words.say("sync_screen.fields", n=row.fields)
    if row.blocked_by is not None:
        return words.say("sync_screen.behind")
    if row.answer is None:
        return ""
    return quoted(words, row.answer.text) or words.say(f"sync.answer.{row.answer.code}")


def outlook(row: AttentionRow, words: UiText, now: dt.datetime) -> str:
    """What will happen by itself, or what the person has to do."""
    say = words.say
    match row.state:
        case OpState.ACCEPTED:
            return say("sync_screen.item.accepted", moment=row.answer.at) if row.answer else ""
        case OpState.PENDING | OpState.SENDING:
            if row.blocked_by is not None:
                return say("sync_screen.item.behind")
            if row.next_try_at is not None and row.next_try_at > now:
                return say("sync_screen.item.next", moment=words.texts.time(row.next_try_at))
            return say("sync_screen.item.goes_by_itself")
        case OpState.WITHDRAWN:
            return ""
        case _:
            return say("sync_screen.item.needs_you")
