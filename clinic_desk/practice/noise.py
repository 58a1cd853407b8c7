"""Faults that real registers have, put into made-up rows on purpose: for tests of search and import."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final

from clinic_desk.practice.names import russian_spelling
from clinic_desk.practice.population import PersonRow

_LATIN_TWINS: Final = str.maketrans("АВЕКМНОРСТХаеорсух", "ABEKMHOPCTXaeopcyx")
_RUSSIAN: Final = "абвгдежзийклмнопрстуфхцчшщыьэюя"
_KAZAKH: Final = _RUSSIAN + "әғқңөұүһі"


class Fault(StrEnum):
    """One way for a row to be wrong."""

    NO_IIN = "no_iin"
    CAPITALS = "capitals"
    LATIN_TWINS = "latin_twins"
    RUSSIAN_LETTERS = "russian_letters"
    TYPO = "typo"
    SWAPPED_NAMES = "swapped_names"
    PHONE_WITHOUT_PLUS = "phone_without_plus"


FULL_NOISE: Final[tuple[Fault, ...]] = tuple(Fault)


def one_edit_typo(word: str, rng: random.Random) -> str:
    """The word with one substituted, deleted, inserted or transposed letter; never the word itself.

    New letters are Cyrillic, Kazakh ones only where the word has some; the first letter keeps its
    case. A word of one letter is never emptied, an empty one stays empty.
    """
    if not word:
        return ""
    letters = _KAZAKH if any(c in "әғқңөұүһі" for c in word.lower()) else _RUSSIAN
    while True:
        kind = int(rng.random() * 4)
        place = int(rng.random() * len(word))
        letter = letters[int(rng.random() * len(letters))]
        if kind == 0:
            changed = word[:place] + letter + word[place + 1 :]
        elif kind == 1 and len(word) > 1:
            changed = word[:place] + word[place + 1 :]
        elif kind == 2:
            place = int(rng.random() * (len(word) + 1))
            changed = word[:place] + letter + word[place:]
        elif kind == 3 and place + 1 < len(word):
            changed = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        else:
            continue
        if word[0].isupper() and not word.isupper():
            changed = changed[0].upper() + changed[1:].lower()
        elif word.isupper():
            changed = changed.upper()
        if changed != word:
            return changed


def with_fault(row: PersonRow, fault: Fault, rng: random.Random) -> PersonRow:
    """The row with that fault; the same row where it cannot have it (no phone, no such letters)."""
    match fault:
        case Fault.NO_IIN:
            return row._replace(iin="")
        case Fault.CAPITALS:
            return row._replace(
                surname=row.surname.upper(),
                given_name=row.given_name.upper(),
                patronymic=row.patronymic.upper(),
            )
        case Fault.LATIN_TWINS:
            return row._replace(surname=row.surname.translate(_LATIN_TWINS))
        case Fault.RUSSIAN_LETTERS:
            return row._replace(
                surname=russian_spelling(row.surname),
                given_name=russian_spelling(row.given_name),
                patronymic=russian_spelling(row.patronymic),
            )
        case Fault.TYPO:
            return row._replace(surname=one_edit_typo(row.surname, rng))
        case Fault.SWAPPED_NAMES:
            return row._replace(surname=row.given_name, given_name=row.surname)
        case Fault.PHONE_WITHOUT_PLUS:
            return row._replace(phone="8" + row.phone[2:]) if row.phone else row


def with_noise(
    rows: Iterable[PersonRow], share: float, *, seed: int = 1, faults: Sequence[Fault] = FULL_NOISE
) -> Iterator[tuple[PersonRow, Fault | None]]:
    """Each row, a `share` (0 to 1) of them with one fault drawn from `faults`, and that fault or None."""
    rng = random.Random(seed)  # noqa: S311 - made-up faults, not secrets
    for row in rows:
        if rng.random() < share:
            fault = faults[int(rng.random() * len(faults))]
            yield with_fault(row, fault, rng), fault
        else:
            yield row, None
