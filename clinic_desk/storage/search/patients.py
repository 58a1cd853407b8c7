"""The search itself: readings in their order, then slips of the finger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, product, zip_longest
from typing import Any, Final

from clinic_desk.services.rows import PatientHit
from clinic_desk.storage.database import SqlStore
from clinic_desk.storage.errors import translating
from clinic_desk.storage.search import sql
from clinic_desk.storage.search.names import NameSearch
from clinic_desk.storage.search.numbers import NumberSearch
from clinic_desk.storage.search.reading import NameQuery, NumberQuery, Query, readings
from clinic_desk.storage.search.sql import SEQ, Hit, hit
from clinic_desk.storage.search.vocabulary import Vocabulary

MOST_HITS: Final = 50
_FEW: Final = 8
"""With fewer hits than this, what a slip of the finger may have meant is shown behind them."""
_MEANT_OF_ONE: Final = 16
_MEANT_OF_SEVERAL: Final = 4
_MOST_TRIED: Final = 24


class SqlPatientSearch:
    """`PatientSearch` on a connection of its own; may be asked from any thread, one at a time."""

    def __init__(self, store: SqlStore) -> None:
        self._reader = store.own_reader()
        self._vocabulary = Vocabulary(self._load_vocabulary)
        store.on_names_written(self._vocabulary.add)
        with self._reader as connection:
            self._connection: Any = connection
            self._names = NameSearch(connection, self._vocabulary.may_have)
            self._numbers = NumberSearch(connection)

    def find(self, text: str, limit: int = MOST_HITS) -> list[PatientHit]:
        """Best first, at most `limit` and never more than 50; empty when `text` says too little.

        `match` of a hit is iin, iin_part, phone, name, latin, layout or typo. See `names` and
        `numbers` for the order.
        """
        limit = max(0, min(limit, MOST_HITS))
        asked = readings(text)
        first = next(asked, None)
        if first is None or not limit:
            return []
        with translating(), self._reader:
            if isinstance(first, NumberQuery):
                return [hit(row, match) for row, match in self._numbers.find(first, limit)]
            # One moment for all statements, and one look at the log instead of one for each.
            self._connection.execute("BEGIN")
            try:
                return self._find_named(chain((first,), asked), limit)
            finally:
                self._connection.execute("ROLLBACK")

    def warm_up(self) -> None:
        """The words of all names are in memory, so that the first slip is not slower than the others."""
        with translating(), self._reader:
            self._vocabulary.has("")

    def _find_named(self, queries: Iterable[Query], limit: int) -> list[PatientHit]:
        tried: list[NameQuery] = []
        far_fetched: list[NameQuery] = []
        for query in queries:
            assert isinstance(query, NameQuery)  # noqa: S101 - digits have no other reading
            if query.is_far_fetched:
                far_fetched.append(query)
                continue
            rows = self._names.find(query, limit)
            if rows:
                return self._with_meant(query, rows, limit)
            tried.append(query)
        for query in tried:
            rows = self._meant(query, limit)
            if rows:
                return [hit(row, "typo") for row in rows]
        for query in far_fetched:
            return [hit(row, query.match) for row in self._names.find(query, limit)]
        return []

    def _with_meant(self, query: NameQuery, rows: list[Hit], limit: int) -> list[PatientHit]:
        """Behind few people of one word, those of another family that may have been meant."""
        found = [hit(row, query.match) for row in rows]
        if len(rows) < min(_FEW, limit) and _is_one_word(query):
            seen = {row[SEQ] for row in rows}
            meant = [row for row in self._meant(query, limit) if row[SEQ] not in seen]
            found += [hit(row, "typo") for row in meant[: limit - len(rows)]]
        return found

    def _meant(self, query: NameQuery, limit: int) -> list[Hit]:
        """People of the words that may have been meant, a row of each likely word in turn."""
        tried = self._corrected(query)[:_MOST_TRIED]
        if not tried:
            return []
        each = max(4, -(-limit // len(tried)))
        columns = [self._meaning(other, each) for other in tried]
        rows = (row for turn in zip_longest(*columns) for row in turn if row is not None)
        return list({row[SEQ]: row for row in rows}.values())[:limit]

    def _meaning(self, query: NameQuery, limit: int) -> list[Hit]:
        """People of the corrected words: most slips are in surnames."""
        rows = self._names.of_surname(query.words[0], limit) if _is_one_word(query) else []
        return rows or self._names.find(query, limit, only_whole_words=len(query.words) == 1)

    def _corrected(self, query: NameQuery) -> list[NameQuery]:
        words = query.words
        pairs = list(zip(words, query.spelled, strict=True))
        known = self._vocabulary
        if len(words) == 1:
            meant = known.meant(*pairs[0], is_unfinished=_is_one_word(query))
            return [_with_words(query, (word,)) for word in meant[:_MEANT_OF_ONE]]
        last = len(words) - 1
        choices = [
            [word]
            if known.has(word) or (at == last and known.is_beginning(word))
            else known.meant(word, spelled, is_unfinished=at == last)[:_MEANT_OF_SEVERAL]
            for at, (word, spelled) in enumerate(pairs)
        ]
        if any(choice != [word] for choice, word in zip(choices, words, strict=True)):
            return [_with_words(query, combination) for combination in product(*choices)]
        # Every word is somebody's, but nobody has them all: one of them is the slip.
        return [
            _with_words(query, (*words[:at], other, *words[at + 1 :]))
            for at, pair in enumerate(pairs)
            for other in known.meant(*pair)[:_MEANT_OF_SEVERAL]
        ]

    def _load_vocabulary(self) -> list[tuple[str, int]]:
        words: list[tuple[str, int]] = self._connection.execute(sql.VOCABULARY).fetchall()
        return words


def _is_one_word(query: NameQuery) -> bool:
    return len(query.words) == 1 and not query.initials and query.born is None


def _with_words(query: NameQuery, words: tuple[str, ...]) -> NameQuery:
    return replace(query, words=words, spelled=words)
