"""What the sheet of a shift says, as plain values: no words, no names of patients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from clinic_desk.domain.ids import ShiftId
from clinic_desk.services.sync.exchange.offline_spells import Spell


class Left(StrEnum):
    """What passes to the next shift; stored values, words under `shift.left.<value>`."""

    WAITING = "waiting"
    """Operations that go by themselves."""
    ATTENTION = "attention"
    """Operations that need a person, and differences that came down by themselves."""
    RECALLS = "recalls"
    """Papers about which nobody called yet."""
    TO_PRINT = "to_print"
    """Referrals whose paper is not printed."""
    ATTACHMENTS = "attachments"
    """Applications for attachment that wait for an answer."""


@dataclass(frozen=True, slots=True)
class LeftItem:
    """So many of one kind pass on."""

    kind: Left
    n: int


@dataclass(frozen=True, slots=True)
class ShiftFigures:
    """What a registrar did in a shift.

    Args:
        served: people whose card was opened, or for whom something was done.
        registered: new people.
        insurance: answers about insurance that were written down or asked for.
        referrals: issued ones.
        provisional: of these, nobody besides the desk knows yet.
        papers: slips that a printer took.
        attachments: applications sent.
        answers: decisions about attachment that were written down.
    """

    served: int = 0
    registered: int = 0
    insurance: int = 0
    referrals: int = 0
    provisional: int = 0
    papers: int = 0
    attachments: int = 0
    answers: int = 0


@dataclass(frozen=True, slots=True)
class ShiftSheet:
    """The sheet of one registrar's shift at a desk. Moments are aware UTC.

    Args:
        shift_id: "" while the shift is not closed.
        user: whose shift.
        desk_label: the window.
        opened_at: the first act, None when nothing was done yet.
        closed_at: when it was closed, None while it goes on.
        as_of: the moment the figures speak of.
        figures: what was done.
        unsent: operations of this registrar without a receipt of the server, of any shift of theirs. Zero
            only when every one has a receipt or was taken back by a person.
        unsent_since: when the oldest of them was done.
        sent: operations of this shift with a receipt.
        taken_back: operations of this shift that a person withdrew.
        recalls: numbers of the papers about which somebody still has to call.
        told: numbers of the papers about which somebody called.
        confirmed: papers that came out provisionally and need nobody.
        spells: when the desk was cut off.
        left: what passes to the next shift.
        head_seq: the last line of the audit log.
        head_hash: its hash, hexadecimal.
    """

    shift_id: ShiftId
    user: str
    desk_label: str
    opened_at: dt.datetime | None
    closed_at: dt.datetime | None
    as_of: dt.datetime
    figures: ShiftFigures = ShiftFigures()
    unsent: int = 0
    unsent_since: dt.datetime | None = None
    sent: int = 0
    taken_back: int = 0
    recalls: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    confirmed: int = 0
    spells: tuple[Spell, ...] = ()
    left: tuple[LeftItem, ...] = ()
    head_seq: int = 0
    head_hash: str = ""

    @property
    def is_closed(self) -> bool:
        """True for the kept sheet of a shift that is over."""
        return self.closed_at is not None

    @property
    def head_short(self) -> str:
        """The beginning of the hash as it is printed: four groups of four digits."""
        digits = self.head_hash[:16].upper()
        return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))

    def as_json(self) -> dict[str, Any]:
        """JSON-ready, for the store."""
        figures = {name: getattr(self.figures, name) for name in ShiftFigures.__dataclass_fields__}
        return {
            "desk_label": self.desk_label,
            "as_of": self.as_of.isoformat(),
            "figures": figures,
            "unsent": self.unsent,
            "unsent_since": _text(self.unsent_since),
            "sent": self.sent,
            "taken_back": self.taken_back,
            "recalls": list(self.recalls),
            "told": list(self.told),
            "confirmed": self.confirmed,
            "spells": [[s.since.isoformat(), _text(s.until)] for s in self.spells],
            "left": [[item.kind.value, item.n] for item in self.left],
            "head_seq": self.head_seq,
            "head_hash": self.head_hash,
        }

    @classmethod
    def from_json(
        cls,
        kept: Mapping[str, Any],
        shift_id: ShiftId,
        user: str,
        opened_at: dt.datetime,
        closed_at: dt.datetime,
    ) -> ShiftSheet:
        """The sheet as it was kept."""
        known = ShiftFigures.__dataclass_fields__
        return cls(
            shift_id,
            user,
            str(kept["desk_label"]),
            opened_at,
            closed_at,
            dt.datetime.fromisoformat(kept["as_of"]),
            ShiftFigures(**{name: n for name, n in kept["figures"].items() if name in known}),
            int(kept["unsent"]),
            _moment(kept["unsent_since"]),
            int(kept["sent"]),
            int(kept["taken_back"]),
            tuple(kept["recalls"]),
            tuple(kept["told"]),
            int(kept["confirmed"]),
            tuple(Spell(dt.datetime.fromisoformat(a), _moment(b)) for a, b in kept["spells"]),
            tuple(LeftItem(Left(kind), n) for kind, n in kept["left"]),
            int(kept["head_seq"]),
            str(kept["head_hash"]),
        )


def _text(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
