"""Finds people by words of their names.

The order is fixed: people attached here whose words are exactly the typed ones, then those whose
words begin with them, then the rest in the same way; within each the surname comes before other
names, then the alphabet, the birth date and the order of registration. Where more people fit than
can be shown, those found by surname are the first of the alphabet, and those found by another name
the first registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any, Final

from clinic_desk.storage.search import sql
from clinic_desk.storage.search.reading import NameQuery
from clinic_desk.storage.search.sql import BIRTH_DATE, IS_HERE, NAME_KEY, SEQ, Hit
from clinic_desk.storage.search.vocabulary import ELSEWHERE

_LAST: Final = "\U0010ffff"
_ELSEWHERE: Final = f'"{ELSEWHERE}"'
_SHORTEST_WORD: Final = 2
_MOST_SORTED: Final = 200
"""As many rows of the word index are read to be put in order."""


class NameSearch:
    """Runs name queries on one connection of the driver, inside the caller's lock.

    `may_have` is false for words that are known to be nobody's, which saves asking.
    """

    def __init__(self, connection: Any, may_have: Callable[[str], bool]) -> None:
        self._execute = connection.execute
        self._may_have = may_have

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
        rows = self._rows(sql.limited(sql.BORN, _MOST_SORTED), query.born)
        return sorted(rows, key=_rank_of(query))[:limit]

    def of_surname(self, surname: str, limit: int) -> list[Hit]:
        """People of exactly that folded surname, those here first."""
        end = f"{surname} {_LAST}"
        return self._rows(sql.either(sql.NAME_RANGE, limit), (1, surname, end, 0, surname, end))

    def _one_word(self, query: NameQuery, limit: int, only_whole_words: bool) -> list[Hit]:
        word = query.words[0]
        found = _Found(limit)
        kinds = [True] if self._may_have(word) else []
        if not only_whole_words:
            kinds.append(False)
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
            statement = sql.limited(sql.NAME_RANGE_BORN, found.limit)
            return self._rows(statement, (is_here, start, end, *query.born))
        return self._rows(sql.limited(sql.NAME_RANGE, found.limit), (is_here, start, end))

    def _one_word_born(self, query: NameQuery, limit: int, only_whole_words: bool) -> list[Hit]:
        word = query.words[0]
        rows = self._by_words([f'"{word}"' if only_whole_words else f'"{word}"*'], query.born, None, None)
        return sorted(rows, key=_rank_of(query))[:limit]

    def _initials(self, query: NameQuery, limit: int, only_whole_words: bool) -> list[Hit]:
        word, (first, *others) = query.words[0], query.initials
        start = f"{word} {first}"
        pattern = f"{start}%" + "".join(f" {initial}%" for initial in others) if others else None
        rows = self._either(query, start, pattern, limit)
        if rows or only_whole_words:
            return rows
        # The word may be the beginning of a surname, or a first name with the surname's initial.
        pattern = f"{word}%" + "".join(f" {initial}%" for initial in query.initials)
        rows = self._either(query, word, pattern, limit)
        if not rows and len(word) >= _SHORTEST_WORD:
            begun = self._by_words([f'"{word}"*'], query.born, None, None)
            rows = self._sorted(begun, query)[:limit]
        return rows

    def _either(self, query: NameQuery, start: str, pattern: str | None, limit: int) -> list[Hit]:
        """People here, then people elsewhere, whose folded name begins so and fits the pattern."""
        statement = sql.NAME_RANGE if pattern is None else sql.NAME_PATTERN
        middle: tuple[str, ...] = (start, start + _LAST)
        if pattern is not None:
            middle = (*middle, pattern)
        if query.born:
            statement = sql.NAME_RANGE_BORN if pattern is None else sql.NAME_PATTERN_BORN
            middle = (*middle, *query.born)
        return self._rows(sql.either(statement, limit), (1, *middle, 0, *middle))

    def _several_words(self, query: NameQuery, limit: int, only_whole_words: bool) -> list[Hit]:
        whole = [f'"{word}"' for word in query.words]
        begun = whole if only_whole_words else [*whole[:-1], f"{whole[-1]}*"]
        # A few more than are shown, so that those here are among them although the order is another.
        most = _MOST_SORTED if query.initials else limit + limit // 4
        seqs = self._seqs(begun, query, most)
        if not seqs and not only_whole_words:
            begun = [f"{word}*" for word in whole]
            seqs = self._seqs(begun, query, most)
        if len(seqs) <= most:
            return self._sorted(self._by_seqs(seqs), query)[:limit]
        found = _Found(limit)
        if self._may_have(query.words[-1]):
            self._add_common(query, whole, found)
        if found.has_room():
            rows = self._sorted(self._by_seqs(seqs[:most]), query)
            if sum(row[IS_HERE] for row in rows) < limit:
                found.add(self._sorted(self._by_words(begun, query.born, 1, _MOST_SORTED), query))
            found.add(rows)
        return found.rows

    def _sorted(self, rows: Iterable[Hit], query: NameQuery) -> list[Hit]:
        if query.initials or query.born:
            rows = [row for row in rows if _fits(row, query)]
        return sorted(rows, key=_rank_of(query))

    def _add_common(self, query: NameQuery, whole: list[str], found: _Found) -> None:
        """People here who have the very words: for «Ахметов Серик» more than can be shown."""
        if not query.initials:
            for words in (query.words, (query.words[-1], *query.words[:-1])):
                start = " ".join(words)
                if found.has_room():
                    found.add(self._by_surname(query, 1, start, f"{start} {_LAST}", found))
        if found.has_room():
            rows = self._by_words(whole, query.born, 1, _MOST_SORTED if query.initials else found.limit)
            found.add(self._sorted(rows, query))

    def _seqs(self, terms: Sequence[str], query: NameQuery, most: int) -> list[int]:
        """Those who have the terms and were born in the year; one more than `most` when there are more."""
        match = _match(terms, query.born, None)
        return [seq for (seq,) in self._execute(sql.limited(sql.SEQS, most + 1), (match,))]

    def _by_seqs(self, seqs: Sequence[int]) -> list[Hit]:
        return self._rows(f"{sql.BY_SEQS}({','.join('?' * len(seqs))})", seqs)

    def _by_words(
        self, terms: Sequence[str], born: tuple[str, str] | None, is_here: int | None, limit: int | None
    ) -> list[Hit]:
        """People who have all terms, in the order of registration; only here or only elsewhere if told."""
        match = _match(terms, born, is_here)
        if born:
            return self._rows(sql.limited(sql.WORDS_BORN, limit or _MOST_SORTED), (match, *born))
        return self._rows(sql.limited(sql.WORDS, limit or _MOST_SORTED), (match,))

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


def _rank_of(query: NameQuery) -> Callable[[Hit], tuple[Any, ...]]:
    words = frozenset(query.words)
    first = query.words[0] if query.words else ""

    def rank(row: Hit) -> tuple[Any, ...]:
        key = row[NAME_KEY]
        is_whole = words.issubset(key.split(" "))
        return (
            not row[IS_HERE],
            not is_whole,
            not key.startswith(first),
            key,
            row[BIRTH_DATE] or "",
            row[SEQ],
        )

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
