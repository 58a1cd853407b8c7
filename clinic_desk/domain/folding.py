"""One folding for names: what a search, a duplicate check and an index compare.

Every spelling of a name a desk meets should meet in one key: Kazakh or Russian letters
(Қасым / Касым), passport Latin (Kassym), ё/е, й/и, ы/и, soft signs, hyphens, doubled letters.
The key is lower-case Cyrillic without Kazakh letters. It is for finding, never for showing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Words of these letters need no Unicode normalising, which would cost more than the rest.
_PLAIN: Final = re.compile("[0-9A-Za-zА-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі-]*")
_CYRILLIC: Final = str.maketrans(
    {
        "ә": "а", "ғ": "г", "қ": "к", "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "һ": "х", "і": "и",
        "ё": "е", "й": "и", "ы": "и", "э": "е", "щ": "ш", "ъ": "", "ь": "",
        "ю": "иу", "я": "иа", "ў": "у", "є": "е", "ї": "и", "ґ": "г", "җ": "ж", "ҳ": "х", "ҡ": "к",
        # Letters of the Latin alphabet of 2021 that would lose their meaning with their marks.
        "ş": "ш", "ç": "ч",
    }
)  # fmt: skip
# Longer groups first: «shch» must not be read as «s» and «hch».
_LATIN_GROUPS: Final = (
    ("shch", "ш"), ("sch", "ш"), ("sh", "ш"), ("ch", "ч"), ("zh", "ж"), ("kh", "х"), ("gh", "г"),
    ("ts", "ц"), ("tz", "ц"), ("ck", "к"), ("ph", "ф"), ("yu", "иу"), ("ya", "иа"),
    # Passports write е and ё so: Yerlan, Nazarbayev, Fyodorov.
    ("ye", "е"), ("yo", "е"), ("x", "кс"), ("w", "у"),
)  # fmt: skip
_LATIN: Final = str.maketrans("abcdefghijklmnopqrstuvyz", "абкдефгхижклмнопкрстувиз")
_OTHER_LATIN: Final = str.maketrans({"ı": "и", "ə": "а", "ß": "с", "ŋ": "н", "ø": "о"})


@lru_cache(maxsize=1 << 14)
def fold_word(word: str) -> str:
    """The search key of one word: letters and digits only, empty if there are none.

    Remembered, as names and streets repeat.

    `fold_word("Қасымов") == fold_word("Касымов") == fold_word("Kassymov")`.
    """
    # NFKC first: a letter such as ℂ or a decomposed й becomes the one that the tables know.
    text = word if _PLAIN.fullmatch(word) else unicodedata.normalize("NFKC", word)
    text = text.lower().translate(_CYRILLIC)
    if not _PLAIN.fullmatch(text):
        # й and Kazakh letters are handled above, so taking marks off is safe for the rest.
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        text = text.lower().translate(_CYRILLIC)
    if any("a" <= c <= "z" or c in "ıəßŋø" for c in text):
        text = text.translate(_OTHER_LATIN)
        for group, letter in _LATIN_GROUPS:
            text = text.replace(group, letter)
        text = text.translate(_LATIN)
    kept: list[str] = []
    for character in text:
        if character.isalnum() and not (kept and kept[-1] == character and not character.isdigit()):
            kept.append(character)
    return "".join(kept)


def fold_words(text: str) -> list[str]:
    """The keys of the words of `text` in their order; blanks and commas part words, hyphens do not."""
    parts = text.replace(",", " ").replace(".", " ").replace(";", " ").split()
    return [key for key in map(fold_word, parts) if key]


def fold(text: str) -> str:
    """All words' keys, one blank between them."""
    return " ".join(fold_words(text))
