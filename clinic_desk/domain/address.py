"""A written address cut into street, house and flat, so that people of one street can be found together.

Addresses are typed in Kazakh or Russian, with or without the kind of street: «Үлгі көшесі, 1-үй, 5-пәтер»,
«ул. Улги, д. 1, кв. 5», «Үлгі 1/5». The street's key is folded like a name (`folding`), so that spellings of
one street meet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.folding import fold_words

# Words that say what kind of street it is, folded, in both languages, and the one word each kind goes by in
# a key. A plain street needs none: it is what people mean who write no kind. An avenue and a street of one
# name are two places.
_KINDS: Final = {
    written: key
    for key, words in (
        ("", ("кошеси", "кош", "ул", "улица")),
        ("дангил", ("дангили", "дан", "пр", "проспект", "пркт")),
        ("жол", ("тас", "жоли", "шосе", "ш")),
        ("жагалау", ("жагалауи", "наб", "набережная")),
        ("туиик", ("туиик", "тупик")),
        ("мкр", ("шагин", "аудани", "оу", "мкр", "мкрн", "микрораион", "микрораиони")),
        ("орам", ("пер", "переулок")),
        ("бульвар", ("бульвари", "бульвар", "булв")),
    )
    for written in words
}
_PLACES: Final = frozenset(
    {"каласи", "кала", "к", "город", "г", "облиси", "обл", "область", "ауили", "село", "с", "раион"}
)
_HOUSE: Final = re.compile(
    r"(?:^|[\s,])(?:д\.?|дом|үй)?\s*№?\s*(\d{1,4})\s*(?:[-–]?\s*(?:үй|уй|дом))?"
    r"(?:\s*/\s*\d+|\s*[А-Яа-яӘәA-Za-z]\b)?(?=$|[\s,.;/-])"
)


@dataclass(frozen=True, slots=True)
class SplitAddress:
    """`street_key` is folded, "" where no street could be told; `house` is its number without letters."""

    street_key: str = ""
    house: int | None = None


def street_key(text: str) -> str:
    """The folded name of a street and, behind it, its kind unless it is a plain street; "" without a name.

    `street_key("пр. Абая")` and `street_key("ул. Абая")` differ, `street_key("ул. Улги")` and
    `street_key("Үлгі")` do not.
    """
    words = fold_words(text)
    name = [word for word in words if word not in _KINDS]
    kinds = [_KINDS[word] for word in words if word in _KINDS]
    kind = next((kind for kind in kinds if kind), "")
    return " ".join([*name, kind]).strip() if name else ""


def split_address(text: str) -> SplitAddress:
    """Street and house of a written address; empty parts where they cannot be told."""
    street, house = _cut(text)
    key = street_key(street)
    return SplitAddress(key, house) if key else SplitAddress()


def written_street(text: str) -> str:
    """The street of an address as it is written there; "" where it cannot be told."""
    street = _cut(text)[0].strip()
    return street if street_key(street) else ""


def _cut(text: str) -> tuple[str, int | None]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    # Region and city come first and say so; the street is the first part that does not.
    while len(parts) > 1 and _PLACES & set(fold_words(parts[0])):
        parts.pop(0)
    # «Астана, ул. Улги, 1»: a city without its word stands before a part that says "street".
    if len(parts) > 1 and _says_kind(parts[1]) and not _says_kind(parts[0]):
        parts.pop(0)
    if not parts:
        return "", None
    street, rest = parts[0], " , ".join(parts[1:])
    inside = re.search(r"\s(?:д\.?\s*)?(\d{1,4})(?:\s*[/-]?\s*\w{1,4})?\s*$", street)
    house = None
    if inside and not rest:
        house = int(inside[1])
        street = street[: inside.start()]
    elif rest:
        found = _HOUSE.search(rest)
        house = int(found[1]) if found else None
    return street, house


def _says_kind(part: str) -> bool:
    return not _KINDS.keys().isdisjoint(fold_words(part))
