"""People of the practice clinic who show who is whom: twins, a mother, somebody who is here twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from clinic_desk.domain.iin import parse_iin
from clinic_desk.domain.patient import DocumentKind, NoIinReason
from clinic_desk.practice.iins import reserved_iin

MOTHER: Final = "mother"
TWIN: Final = "twin"
OTHER_TWIN: Final = "other_twin"
TWICE: Final = "twice"
TWICE_AGAIN: Final = "twice_again"

_MOTHER_BORN: Final = dt.date(1996, 6, 18)
_TWICE_BORN: Final = dt.date(1974, 10, 29)
_TWINS_DAYS: Final = 9


@dataclass(frozen=True, slots=True)
class RelatedPerson:
    """Somebody of the practice clinic; `nth` tells apart those of one birthday and sex."""

    role: str
    name: tuple[str, str, str]
    sex: str
    born: dt.date
    nth: int = 0
    is_attached: bool = True
    changes: Mapping[str, Any] = field(default_factory=dict)


def doubles(today: dt.date) -> tuple[RelatedPerson, ...]:
    """The mother and her twins of some days, and one person with an IIN and once more without."""
    born = today - dt.timedelta(days=_TWINS_DAYS)
    return (
        RelatedPerson(MOTHER, ("Әбдірахманова", "Назерке", "Ерболқызы"), "F", _MOTHER_BORN),
        _twin(TWIN, "Асан", born, 0),
        _twin(OTHER_TWIN, "Үсен", born, 1),
        RelatedPerson(TWICE, ("Ибраева", "Гүлжан", "Тілеуқызы"), "F", _TWICE_BORN),
        RelatedPerson(
            TWICE_AGAIN,
            ("Ибраева", "Гульжан", ""),
            "F",
            _TWICE_BORN,
            nth=1,
            is_attached=False,
            changes={"iin": None, "no_iin_reason": NoIinReason.DOCUMENT_NOT_AT_HAND},
        ),
    )


def _twin(role: str, name: str, born: dt.date, nth: int) -> RelatedPerson:
    """A newborn without an IIN, told from the other by name and certificate."""
    changes = {
        "iin": None,
        "no_iin_reason": NoIinReason.NEWBORN,
        "mother_iin": parse_iin(reserved_iin(_MOTHER_BORN, female=True)),
        "document": DocumentKind.BIRTH_CERTIFICATE,
        "document_number": f"000000{nth + 1}",
    }
    return RelatedPerson(role, ("Әбдірахманов", name, ""), "M", born, nth, changes=changes)
