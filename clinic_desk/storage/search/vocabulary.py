"""The words of all names, for finding what was meant by a word that nobody has.

A slip of one edit (a letter wrong, missing, too many, or two swapped) is looked for by making all
words one edit away and asking which of them exist: some hundred look-ups, whatever the number of
people. Slips of two edits, only for long words, are compared with every word.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import Final

ELSEWHERE: Final = "ъ"
"""The mark of people not attached here in the word index; folding leaves no such letter in a name."""
_LONG_WORD: Final = 7
_MOST_FAR: Final = 12
# What folding leaves of the Cyrillic letters. ю and я fold into two letters: written as one again,
# a slip in them stays one edit.
_ALPHABET: Final = "абвгдежзиклмнопрстуфхцчшюя"
_SHORT: Final = (("иу", "ю"), ("иа", "я"))


class Vocabulary:
    """Words with the number of people who have them. `load` reads them all; called once, when needed."""

    def __init__(self, load: Callable[[], Iterable[tuple[str, int]]]) -> None:
        self._load = load
        self._lock = Lock()
        self._counts: dict[str, int] | None = None
        self._shortened: dict[str, list[str]] = {}
        self._sorted: list[str] = []

    def add(self, name_keys: Iterable[str]) -> None:
        """The words of these folded names are known, if the others are; a name taken away stays known."""
        with self._lock:
            counts = self._counts
            if counts is None:
                return
            for word in (word for key in name_keys for word in key.split()):
                if word not in counts:
                    insort(self._sorted, word)
                    self._note_shortened(word)
                counts[word] = counts.get(word, 0) + 1

    def forget(self) -> None:
        """The words are read again when needed next."""
        with self._lock:
            self._counts = None

    def is_beginning(self, word: str) -> bool:
        """Whether some word begins with `word`."""
        self._counted()
        return self._has_beginning(word)

    def has(self, word: str) -> bool:
        """Whether somebody has that very word."""
        return word in self._counted()

    def may_have(self, word: str) -> bool:
        """False when it is known without reading anything that nobody has that very word."""
        counts = self._counts
        return counts is None or word in counts

    def meant(self, word: str, spelled: str, *, is_unfinished: bool = False) -> list[str]:
        """Other words that may have been meant, the likeliest first.

        `spelled` is the word with its doubled letters: a letter missing may have made one.

        Those one edit away; if there are none, those that begin one edit away (`is_unfinished`);
        if there are none of them either, those two edits away from a long word.
        """
        counts = self._counted()
        near = self._near(word)
        if spelled != word:
            near.update(edit for edit in _edits(spelled) if edit in counts)
        if not near and is_unfinished:
            near = {w for edit in _edits(word) for w in self._beginning_with(edit)}
        if not near and len(word) >= _LONG_WORD:
            near = self._far(word)
        near.discard(word)
        return sorted(near, key=lambda found: (-counts.get(found, 0), found))

    def _counted(self) -> dict[str, int]:
        with self._lock:
            if self._counts is None:
                counts = {
                    word: count for word, count in self._load() if word[0].isalpha() and word != ELSEWHERE
                }
                self._index(counts)
                self._counts = counts
            return self._counts

    def _index(self, counts: dict[str, int]) -> None:
        self._sorted = sorted(counts)
        self._shortened = {}
        for word in counts:
            self._note_shortened(word)

    def _note_shortened(self, word: str) -> None:
        short = _shorten(word)
        if short != word:
            self._shortened.setdefault(short, []).append(word)

    def _near(self, word: str) -> set[str]:
        counts = self._counts or {}
        found = {edit for edit in _edits(word) if edit in counts}
        shortened = self._shortened
        for edit in _edits(_shorten(word)):
            if edit in counts:
                found.add(edit)
            if edit in shortened:
                found.update(shortened[edit])
        return found

    def _far(self, word: str) -> set[str]:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        scored = extract(word, self._sorted, scorer=OSA.distance, score_cutoff=2, limit=_MOST_FAR)
        return {found for found, _, _ in scored}

    def _has_beginning(self, word: str) -> bool:
        at = bisect_left(self._sorted, word)
        return at < len(self._sorted) and self._sorted[at].startswith(word)

    def _beginning_with(self, beginning: str) -> Iterator[str]:
        at = bisect_left(self._sorted, beginning)
        for word in self._sorted[at : at + _MOST_FAR]:
            if not word.startswith(beginning):
                return
            yield word


def _shorten(word: str) -> str:
    for pair, letter in _SHORT:
        word = word.replace(pair, letter)
    return word


def _edits(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
            for letter in _ALPHABET:
                yield head + letter + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _ALPHABET:
            yield head + letter + tail
