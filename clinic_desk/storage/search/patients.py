"""The search itself: readings in their order, then slips of the finger."""

from __future__ import annotations

from dataclasses import replace
from itertools import product, zip_longest
from typing import Any, Final

from clinic_desk.services.rows import PatientHit
from clinic_desk.storage.database import SqlStore
from clinic_desk.storage.errors import translating
from clinic_desk.storage.search import sql
from clinic_desk.storage.search.names import NameSearch
from clinic_desk.storage.search.numbers import NumberSearch
from clinic_desk.storage.search.reading import NameQuery, NumberQuery, readings
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
            self._names = NameSearch(connection)
            self._numbers = NumberSearch(connection)

    def find(self, text: str, limit: int = MOST_HITS) -> list[PatientHit]:
        """Best first, at most `limit` and never more than 50; empty when `text` says too little.

        `match` of a hit is iin, iin_part, phone, name, latin, layout or typo. See `names` and
        `numbers` for the order.
        """
        limit = max(0, min(limit, MOST_HITS))
        asked = readings(text)
        if not asked or not limit:
            return []
        with translating(), self._reader:
            if isinstance(asked[0], NumberQuery):
                return [hit(row, match) for row, match in self._numbers.find(asked[0], limit)]
            named = [query for query in asked if isinstance(query, NameQuery)]
            # One moment for all statements, and one look at the log instead of one for each.
            self._connection.execute("BEGIN")
            try:
                return self._find_named(named, limit)
            finally:
                self._connection.execute("ROLLBACK")

    def warm_up(self) -> None:
        """The words of all names are in memory, so that the first slip is not slower than the others."""
        with translating(), self._reader:
            self._vocabulary.has("")

    def _find_named(self, queries: list[NameQuery], limit: int) -> list[PatientHit]:
        found: list[PatientHit] = []
        seen: set[int] = set()
        for query in queries:
            rows = self._names.find(query, limit)
            if rows:
                found = [hit(row, query.match) for row in rows]
                seen = {row[SEQ] for row in rows}
                queries = [query]
                break
        # Few people under one word may be another family than the one that was meant.
        is_settled = len(found) >= min(_FEW, limit) or not _is_one_word(queries[0])
        if found and is_settled:
            return found
        for query in queries:
            meant = [row for row in self._meant(query, limit) if row[SEQ] not in seen]
            found += [hit(row, "typo") for row in meant[: limit - len(found)]]
            if found:
                break
        return found

    def _meant(self, query: NameQuery, limit: int) -> list[Hit]:
        """People of the words that may have been meant, a row of each likely word in turn."""
        tried = self._corrected(query)[:_MOST_TRIED]
        if not tried:
            return []
        each = max(4, -(-limit // len(tried)))
        is_whole = len(query.words) == 1
        columns = [self._names.find(other, each, only_whole_words=is_whole) for other in tried]
        rows = (row for turn in zip_longest(*columns) for row in turn if row is not None)
        return list({row[SEQ]: row for row in rows}.values())[:limit]

    def _corrected(self, query: NameQuery) -> list[NameQuery]:
        words = query.words
        if len(words) == 1:
            meant = self._vocabulary.meant(words[0], is_unfinished=not query.initials and not query.born)
            return [replace(query, words=(word,)) for word in meant[:_MEANT_OF_ONE]]
        last = len(words) - 1
        choices = [
            [word]
            if self._vocabulary.has(word) or (at == last and self._vocabulary.is_beginning(word))
            else self._vocabulary.meant(word, is_unfinished=at == last)[:_MEANT_OF_SEVERAL]
            for at, word in enumerate(words)
        ]
        if any(len(choice) != 1 or choice[0] != word for choice, word in zip(choices, words, strict=True)):
            return [replace(query, words=combination) for combination in product(*choices)]
        # Every word is somebody's, but nobody has them all: one of them is the slip.
        return [
            replace(query, words=(*words[:at], other, *words[at + 1 :]))
            for at, word in enumerate(words)
            for other in self._vocabulary.meant(word)[:_MEANT_OF_SEVERAL]
        ]

    def _load_vocabulary(self) -> list[tuple[str, int]]:
        words: list[tuple[str, int]] = self._connection.execute(sql.VOCABULARY).fetchall()
        return words


def _is_one_word(query: NameQuery) -> bool:
    return len(query.words) == 1 and not query.initials and query.born is None
