"""Finds people by words of their names.

The order is fixed: people attached here whose words are exactly the typed ones, then those whose
words begin with them, then the rest in the same way; within each the surname comes before other
names, then the alphabet, the birth date and the order of registration. Where more people fit than
can be shown, those found by surname are the first of the alphabet, and those found by another name
the first registered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any, Final

from clinic_desk.storage.search import sql
from clinic_desk.storage.search.reading import NameQuery
from clinic_desk.storage.search.sql import BIRTH_DATE, IS_HERE, NAME_KEY, SEQ, Hit

_LAST: Final = "\U0010ffff"
_ELSEWHERE: Final = '"ъ"'
"""The mark of people not attached here in the word index."""
_SHORTEST_WORD: Final = 2
_MOST_SORTED: Final = 200
"""As many rows of the word index are read to be put in order."""


class NameSearch:
    """Runs name queries on one connection of the driver, inside the caller's lock."""

    def __init__(self, connection: Any) -> None:
        self._execute = connection.execute

    def find(self, query: NameQuery, limit: int, *, only_whole_words: bool = False) -> list[Hit]:
        """At most `limit` rows, best first."""
        if not query.words:
            return self._born(query, limit)
        if len(query.words) > 1:
            return self._several_words(query, limit, only_whole_words)
        if query.initials:
            return self._initials(query, limit, only_whole_words)
        if query.born and len(query.words[0]) >= _SHORTEST_WORD:
            return self._one_word_born(query, limit, only_whole_words)
        return self._one_word(query, limit, only_whole_words)

    def _born(self, query: NameQuery, limit: int) -> list[Hit]:
        assert query.born  # noqa: S101 - a query has words or a birth date
        rows = self._execute(sql.BORN, (*query.born, _MOST_SORTED)).fetchall()
        return sorted(rows, key=_rank_of(query))[:limit]

    def _one_word(self, query: NameQuery, limit: int, only_whole_words: bool) -> list[Hit]:
        word = query.words[0]
        found = _Found(limit)
        kinds = (True,) if only_whole_words else (True, False)
        for is_here, is_whole in product((1, 0), kinds):
            if not found.has_room():
                break
            end = f"{word} {_LAST}" if is_whole else word + _LAST
            found.add(self._by_surname(query, is_here, word, end, found))
            if found.has_room() and len(word) >= _SHORTEST_WORD:
                term = f'"{word}"' if is_whole else f'"{word}"*'
                found.add(sorted(self._by_words([term], None, is_here, limit), key=_rank_of(query)))
        return found.rows

    def _by_surname(
        self, query: NameQuery, is_here: int, start: str, end: str, found: _Found
    ) -> Iterable[Hit]:
        # Rows found before lie in the same stretch of the index, so as many more are asked for.
        if query.born:
            values = (is_here, start, end, *query.born, found.limit)
            return self._rows(sql.NAME_RANGE_BORN, values)
        return self._rows(sql.NAME_RANGE, (is_here, start, end, found.limit))

    def _one_word_born(self, query: NameQuery, limit: int, only_whole_words: bool) -> list[Hit]:
        word = query.words[0]
        rows = self._by_words([f'"{word}"' if only_whole_words else f'"{word}"*'], query.born, None, None)
        return sorted(rows, key=_rank_of(query))[:limit]

    def _initials(self, query: NameQuery, limit: int, only_whole_words: bool) -> list[Hit]:
        word, (first, *others) = query.words[0], query.initials
        found = _Found(limit)
        start = f"{word} {first}"
        pattern = f"{start}%" + "".join(f" {initial}%" for initial in others) if others else None
        for is_here in (1, 0):
            found.add(self._by_pattern(query, is_here, start, start + _LAST, pattern, found))
        if found.rows or only_whole_words:
            return found.rows
        # The word may be the beginning of a surname, or a first name with the surname's initial.
        pattern = f"{word}%" + "".join(f" {initial}%" for initial in query.initials)
        for is_here in (1, 0):
            found.add(self._by_pattern(query, is_here, word, word + _LAST, pattern, found))
        if not found.rows and len(word) >= _SHORTEST_WORD:
            rows = self._by_words([f'"{word}"*'], query.born, None, None)
            found.add(sorted((row for row in rows if _fits(row, query)), key=_rank_of(query)))
        return found.rows

    def _by_pattern(
        self, query: NameQuery, is_here: int, start: str, end: str, pattern: str | None, found: _Found
    ) -> Iterable[Hit]:
        if pattern is None:
            return self._by_surname(query, is_here, start, end, found)
        if query.born:
            values = (is_here, start, end, pattern, *query.born, found.limit)
            return self._rows(sql.NAME_PATTERN_BORN, values)
        return self._rows(sql.NAME_PATTERN, (is_here, start, end, pattern, found.limit))

    def _several_words(self, query: NameQuery, limit: int, only_whole_words: bool) -> list[Hit]:
        whole = [f'"{word}"' for word in query.words]
        begun = whole if only_whole_words else [*whole[:-1], f"{whole[-1]}*"]
        seqs = self._seqs(begun, query, limit)
        if not seqs and not only_whole_words:
            begun = [f"{word}*" for word in whole]
            seqs = self._seqs(begun, query, limit)
        rows = (
            self._by_seqs(seqs)
            if len(seqs) <= limit
            else self._several_common_words(query, whole, begun, limit)
        )
        return sorted((row for row in rows if _fits(row, query)), key=_rank_of(query))[:limit]

    def _several_common_words(
        self, query: NameQuery, whole: list[str], begun: list[str], limit: int
    ) -> list[Hit]:
        """For «Ахметов Серик» and the like: by the alphabet from the index, then what else there is."""
        found = _Found(limit)
        orders = [" ".join(query.words), " ".join((query.words[-1], *query.words[:-1]))]
        for is_here, is_whole in product((1, 0), (True, False)):
            for start in orders:
                if found.has_room():
                    end = f"{start} {_LAST}" if is_whole else start + _LAST
                    found.add(self._by_surname(query, is_here, start, end, found))
            if found.has_room():
                terms = whole if is_whole else begun
                rows = self._by_words(terms, query.born, is_here, _MOST_SORTED if query.initials else limit)
                found.add(sorted((row for row in rows if _fits(row, query)), key=_rank_of(query)))
        return found.rows

    def _seqs(self, terms: Sequence[str], query: NameQuery, limit: int) -> list[int]:
        """Those who have the terms and were born in the year; one more than `limit` when there are more."""
        match = _match(terms, query.born, None)
        return [seq for (seq,) in self._execute(sql.SEQS, (match, limit + 1))]

    def _by_seqs(self, seqs: Sequence[int]) -> list[Hit]:
        return self._rows(f"{sql.BY_SEQS}({','.join('?' * len(seqs))})", seqs)

    def _by_words(
        self, terms: Sequence[str], born: tuple[str, str] | None, is_here: int | None, limit: int | None
    ) -> list[Hit]:
        """People who have all terms, in the order of registration; only here or only elsewhere if told."""
        match = _match(terms, born, is_here)
        if born:
            return self._rows(sql.WORDS_BORN, (match, *born, limit or _MOST_SORTED))
        return self._rows(sql.WORDS, (match, limit or _MOST_SORTED))

    def _rows(self, statement: str, values: Sequence[Any]) -> list[Hit]:
        rows: list[Hit] = self._execute(statement, values).fetchall()
        return rows


class _Found:
    """Rows in the order they were added, each once, at most `limit`."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.rows: list[Hit] = []
        self._seqs: set[int] = set()

    def has_room(self) -> bool:
        return len(self.rows) < self.limit

    def add(self, rows: Iterable[Hit]) -> None:
        for row in rows:
            if not self.has_room():
                return
            if row[SEQ] not in self._seqs:
                self._seqs.add(row[SEQ])
                self.rows.append(row)


def _match(terms: Sequence[str], born: tuple[str, str] | None, is_here: int | None) -> str:
    """The terms as the word index reads them, with the year of birth if it is one."""
    wanted = list(terms)
    if born and born[0][:4] == born[1][:4]:
        wanted.append(f'"{born[0][:4]}"')
    match = " AND ".join(wanted)
    if is_here is None:
        return match
    return f"({match}) NOT {_ELSEWHERE}" if is_here else f"{match} AND {_ELSEWHERE}"


def _rank_of(query: NameQuery) -> Any:
    words = query.words

    def rank(row: Hit) -> tuple[Any, ...]:
        key = row[NAME_KEY]
        names = key.split(" ")
        is_whole = all(word in names for word in words)
        is_surname = bool(words) and key.startswith(words[0])
        return (not row[IS_HERE], not is_whole, not is_surname, key, row[BIRTH_DATE] or "", row[SEQ])

    return rank


def _fits(row: Hit, query: NameQuery) -> bool:
    """Whether the person was born then, and names besides the words begin with the initials, each its own."""
    if query.born and not (row[BIRTH_DATE] and query.born[0] <= row[BIRTH_DATE] <= query.born[1]):
        return False
    if not query.initials:
        return True
    rest = row[NAME_KEY].split(" ")
    for word in query.words:
        taken = next((name for name in rest if name.startswith(word)), None)
        if taken is not None:
            rest.remove(taken)
    for initial in query.initials:
        taken = next((name for name in rest if name.startswith(initial)), None)
        if taken is None:
            return False
        rest.remove(taken)
    return True
