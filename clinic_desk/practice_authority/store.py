"""The authority's own file: every version of every resource, kept by one writer.

All versions stay, so a history is read as it happened and an earlier day can be put back by forgetting
the rows behind it. The made-up people are the only ones in it.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from clinic_desk.practice_authority.moments import instant_text
from clinic_desk.practice_authority.types import Term, terms_of

CREATED: Final = "POST"
UPDATED: Final = "PUT"
DELETED: Final = "DELETE"

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS versions (
    seq INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
    updated INTEGER NOT NULL, method TEXT NOT NULL, body TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS versions_of ON versions (type, id, version);
CREATE INDEX IF NOT EXISTS versions_since ON versions (type, seq);
CREATE TABLE IF NOT EXISTS current (
    type TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, updated INTEGER NOT NULL,
    gone INTEGER NOT NULL, PRIMARY KEY (type, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS current_by_time ON current (type, gone, updated, id, seq);
CREATE TABLE IF NOT EXISTS terms (
    type TEXT NOT NULL, name TEXT NOT NULL, code TEXT NOT NULL, system TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (type, name, code, system, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS terms_of ON terms (type, id);
CREATE TABLE IF NOT EXISTS due (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, made_after INTEGER NOT NULL, part TEXT NOT NULL,
    target TEXT NOT NULL, step INTEGER NOT NULL, rule TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS due_at ON due (at, id);
CREATE TABLE IF NOT EXISTS standings (iin TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Version(NamedTuple):
    """One version of a resource. `body` is its JSON, "" for a tombstone."""

    seq: int
    type: str
    id: str
    version: int
    updated: int
    method: str
    body: str

    @property
    def is_gone(self) -> bool:
        """True when this version says that the resource was deleted."""
        return self.method == DELETED

    @property
    def reference(self) -> str:
        """`Type/id`."""
        return f"{self.type}/{self.id}"

    def resource(self) -> dict[str, Any]:
        """The resource itself, a new value at each call."""
        value: dict[str, Any] = json.loads(self.body)
        return value


class NewRow(NamedTuple):
    """A new resource as text, without type, id and meta, and what it is found by."""

    members: str
    terms: Sequence[Term]


_COLUMNS: Final = "v.seq, v.type, v.id, v.version, v.updated, v.method, v.body"
_CURRENT: Final = f"SELECT {_COLUMNS} FROM current c JOIN versions v ON v.seq = c.seq"  # noqa: S608
_PLAIN: Final = f"SELECT {_COLUMNS} FROM versions v"  # noqa: S608


class ResourceStore:
    """The file. Used by one thread; `now` is microseconds since 1970."""

    def __init__(self, path: Path, now: Callable[[], int] | None = None) -> None:
        self._now = now or (lambda: time.time_ns() // 1000)
        self._db = sqlite3.connect(
            path, isolation_level=None, cached_statements=256, check_same_thread=False, timeout=1
        )
        # Exclusive: a second authority on the same file is refused, and reads need no shared memory.
        for pragma in (
            *("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=NORMAL"),
            *("cache_size=-32768", "temp_store=MEMORY"),
        ):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_SCHEMA)
        self._seq = self._last = self._number = 0
        self._incarnation = 1
        self._read_on()

    def close(self) -> None:
        """The file is closed; what was committed stays."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it or nothing. Inside another one it is a part that can fail alone."""
        if self._db.in_transaction:
            self._db.execute("SAVEPOINT part")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK TO part")
                self._db.execute("RELEASE part")
                raise
            self._db.execute("RELEASE part")
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            self._read_on()
            raise
        self._db.execute("COMMIT")

    def current(self, resource_type: str, resource_id: str) -> Version | None:
        """The last version, a tombstone too."""
        return self._one(f"{_CURRENT} WHERE c.type = ? AND c.id = ?", (resource_type, resource_id))

    def version(self, resource_type: str, resource_id: str, version: int) -> Version | None:
        """That version."""
        found = (resource_type, resource_id, version)
        return self._one(f"{_PLAIN} WHERE v.type = ? AND v.id = ? AND v.version = ?", found)

    def put(self, resource: Mapping[str, Any], resource_id: str = "", method: str = UPDATED) -> Version:
        """The resource's next version; a new resource without `resource_id`. Inside `writing`."""
        resource_type = str(resource["resourceType"])
        before = self.current(resource_type, resource_id) if resource_id else None
        if before is None:
            resource_id, method = resource_id or self._new_id(), CREATED
        number = before.version + 1 if before else 1
        updated = self._tick()
        meta = {
            **(resource.get("meta") or {}), "versionId": str(number), "lastUpdated": instant_text(updated)
        }  # fmt: skip
        whole = {"resourceType": resource_type, "id": resource_id, "meta": meta}
        whole.update((name, value) for name, value in resource.items() if name not in whole)
        body = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
        made = self._add(resource_type, resource_id, number, updated, method, body)
        if before is not None and not before.is_gone:
            self._db.execute("DELETE FROM terms WHERE type = ? AND id = ?", (resource_type, resource_id))
        self._db.executemany(
            "INSERT INTO terms (type, name, code, system, id) VALUES (?, ?, ?, ?, ?)",
            [(resource_type, *term, resource_id) for term in terms_of(whole)],
        )
        return made

    def put_new(self, resource_type: str, rows: Sequence[NewRow]) -> None:
        """Many new resources of one type at once. Inside `writing`."""
        versions, current, terms = [], [], []
        for row in rows:
            self._seq += 1
            resource_id, updated = self._new_id(), self._tick()
            body = (
                f'{{"resourceType":"{resource_type}","id":"{resource_id}",'
                f'"meta":{{"versionId":"1","lastUpdated":"{instant_text(updated)}"}},{row.members}}}'
            )
            versions.append((self._seq, resource_type, resource_id, 1, updated, CREATED, body))
            current.append((resource_type, resource_id, self._seq, updated, 0))
            terms += [(resource_type, *term, resource_id) for term in row.terms]
        self._db.executemany("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?)", versions)
        self._db.executemany("INSERT INTO current VALUES (?, ?, ?, ?, ?)", current)
        self._db.executemany("INSERT INTO terms VALUES (?, ?, ?, ?, ?)", terms)

    def bury(self, before: Version) -> Version:
        """A tombstone behind the last version. Inside `writing`."""
        self._db.execute("DELETE FROM terms WHERE type = ? AND id = ?", (before.type, before.id))
        return self._add(before.type, before.id, before.version + 1, self._tick(), DELETED, "")

    def select(
        self, where: str, values: Iterable[object], order: str, limit: int, offset: int = 0
    ) -> list[Version]:
        """Current versions by a condition of `searching`."""
        # Places first: the texts of rows that are only passed over are not read.
        query = f"SELECT c.seq FROM current c WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608
        return [
            Version._make(self._db.execute(f"{_PLAIN} WHERE v.seq = ?", row).fetchone())
            for row in self._db.execute(query, (*values, limit, offset)).fetchall()
        ]

    def count(self, where: str, values: Iterable[object]) -> int:
        """How many current versions a condition of `searching` finds."""
        query = f"SELECT count(*) FROM current c WHERE {where}"  # noqa: S608 - `searching` writes no value into it
        return int(self._db.execute(query, tuple(values)).fetchone()[0])

    def count_terms(self, resource_type: str, condition: str, values: Iterable[object], limit: int) -> int:
        """How many terms fit a condition of `searching`, counted up to the limit."""
        query = f"SELECT count(*) FROM (SELECT 1 FROM terms t WHERE t.type = ? AND {condition} LIMIT ?)"  # noqa: S608
        return int(self._db.execute(query, (resource_type, *values, limit)).fetchone()[0])

    def history(
        self, resource_type: str, resource_id: str, since: int, before_seq: int, limit: int
    ) -> tuple[list[Version], int]:
        """Versions at or after `since`, newest first, those below `before_seq` only, and how many in all."""
        where, values = "v.type = ? AND v.updated >= ?", [resource_type, since]
        if resource_id:
            where, values = f"{where} AND v.id = ?", [*values, resource_id]
        counting = f"SELECT count(*) FROM versions v WHERE {where}"  # noqa: S608 - no value stands in it
        total = self._db.execute(counting, values).fetchone()[0]
        rows = self._db.execute(
            f"{_PLAIN} WHERE {where} AND v.seq < ? ORDER BY v.seq DESC LIMIT ?", (*values, before_seq, limit)
        )
        return [Version._make(row) for row in rows], int(total)

    def fact(self, name: str) -> Any | None:
        """Something remembered of the file itself."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def remember(self, name: str, value: Any) -> None:
        """Remember something of the file itself."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, json.dumps(value)))

    def last_seq(self) -> int:
        """The place of the last version written."""
        return self._seq

    def go_back_to(self, seq: int) -> int:
        """Everything written behind that place never happened; how many versions were forgotten.

        Ids and times given since are not given again: a restored server does not know them.
        """
        with self.writing():
            lost = self._db.execute("SELECT DISTINCT type, id FROM versions WHERE seq > ?", (seq,)).fetchall()
            forgotten = self._db.execute("DELETE FROM versions WHERE seq > ?", (seq,)).rowcount
            for resource_type, resource_id in lost:
                self._back(resource_type, resource_id)
            self._db.execute("DELETE FROM due WHERE made_after > ?", (seq,))
            self.remember("incarnation", self._incarnation + 1)
        self._read_on()
        return forgotten

    @property
    def connection(self) -> sqlite3.Connection:
        """For the parts that keep rows of their own in the file."""
        return self._db

    def now(self) -> int:
        """The server's time, not before anything that was written."""
        return max(self._now(), self._last)

    def _back(self, resource_type: str, resource_id: str) -> None:
        key = (resource_type, resource_id)
        self._db.execute("DELETE FROM terms WHERE type = ? AND id = ?", key)
        self._db.execute("DELETE FROM current WHERE type = ? AND id = ?", key)
        last = self._one(f"{_PLAIN} WHERE v.type = ? AND v.id = ? ORDER BY v.version DESC LIMIT 1", key)
        if last is None:
            return
        self._set_current(last)
        if not last.is_gone:
            self._db.executemany(
                "INSERT INTO terms (type, name, code, system, id) VALUES (?, ?, ?, ?, ?)",
                [(resource_type, *term, resource_id) for term in terms_of(last.resource())],
            )

    def _add(
        self, resource_type: str, resource_id: str, number: int, updated: int, method: str, body: str
    ) -> Version:
        self._seq += 1
        made = Version(self._seq, resource_type, resource_id, number, updated, method, body)
        self._db.execute("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?)", made)
        self._set_current(made)
        return made

    def _set_current(self, made: Version) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO current VALUES (?, ?, ?, ?, ?)",
            (made.type, made.id, made.seq, made.updated, int(made.is_gone)),
        )

    def _one(self, query: str, values: tuple[object, ...]) -> Version | None:
        row = self._db.execute(query, values).fetchone()
        return None if row is None else Version._make(row)

    def _tick(self) -> int:
        """The next moment: two versions never share one."""
        self._last = max(self._now(), self._last + 1)
        return self._last

    def _new_id(self) -> str:
        self._number += 1
        return f"{self._incarnation}-{self._number}"

    def _read_on(self) -> None:
        """Where numbering goes on, read from the file."""
        row = self._db.execute("SELECT coalesce(max(seq), 0), coalesce(max(updated), 0) FROM versions")
        self._seq, self._last = row.fetchone()
        self._incarnation = int(self.fact("incarnation") or 1)
        born = self._db.execute(
            "SELECT coalesce(max(CAST(substr(id, instr(id, '-') + 1) AS INTEGER)), 0) FROM current"
            " WHERE id LIKE ?",
            (f"{self._incarnation}-%",),
        )
        self._number = int(born.fetchone()[0])
