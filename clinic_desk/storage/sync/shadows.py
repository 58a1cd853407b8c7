"""The upstream's last known versions in the store, and how far each type was read."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from clinic_desk.services.sync.ports import Cursor, Shadow
from clinic_desk.storage.statement import Row, UnitDriver, chunks
from clinic_desk.storage.values import json_of, optional_moment_of, optional_moment_text

# Nobody compares bodies as texts, so their keys need not be sorted: a first download writes every one.
_BODY: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_COLUMNS: Final = "resource_type, resource_id, version, updated_at, local_id, body, gone_at, missed_sweeps"
_PUT: Final = f"INSERT OR REPLACE INTO shadows ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_GET: Final = f"SELECT {_COLUMNS} FROM shadows"  # noqa: S608


class SqlShadows:
    """`ShadowStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def get(self, resource_type: str, resource_id: str) -> Shadow | None:
        """The last known version of a resource."""
        return self._one("WHERE resource_type = ? AND resource_id = ?", resource_type, resource_id)

    def of_local(self, resource_type: str, local_id: str) -> Shadow | None:
        """The resource that is our record."""
        return self._one(
            "WHERE local_id = ? AND local_id <> '' AND resource_type = ?", local_id, resource_type
        )

    def put(self, shadows: Sequence[Shadow]) -> None:
        """Each takes the place of the version known before."""
        self._driver.executemany(
            _PUT,
            [
                (
                    one.resource_type,
                    one.resource_id,
                    one.version,
                    one.updated_at,
                    one.local_id,
                    _BODY(one.body),
                    optional_moment_text(one.gone_at),
                    one.missed_sweeps,
                )
                for one in shadows
            ],
        )

    def many(self, resource_type: str, ids: Collection[str]) -> dict[str, Shadow]:
        """As `get` for many, by id; without those that are not known."""
        found: dict[str, Shadow] = {}
        for chunk in chunks(ids):
            marks = ", ".join("?" * len(chunk))
            rows = self._driver.execute(
                f"{_GET} WHERE resource_type = ? AND resource_id IN ({marks})", [resource_type, *chunk]
            )
            found.update((row[1], _read(row)) for row in rows)
        return found

    def known_versions(self, resource_type: str, ids: Collection[str]) -> dict[str, str]:
        """The version by id, without the ids nobody knows."""
        return {one: version for one, (version, _) in self.known_times(resource_type, ids).items()}

    def known_times(self, resource_type: str, ids: Collection[str]) -> dict[str, tuple[str, str]]:
        """As `known_versions`, each with the server's text of when it was made."""
        found: dict[str, tuple[str, str]] = {}
        for chunk in chunks(ids):
            marks = ", ".join("?" * len(chunk))
            rows = self._driver.execute(
                f"SELECT resource_id, version, updated_at FROM shadows WHERE resource_type = ? "  # noqa: S608
                f"AND resource_id IN ({marks})",
                [resource_type, *chunk],
            )
            found.update((one, (version, updated_at)) for one, version, updated_at in rows)
        return found

    def link(self, resource_type: str, resource_id: str, local_id: str) -> None:
        """The resource is our record."""
        self._driver.execute(
            "UPDATE shadows SET local_id = ? WHERE resource_type = ? AND resource_id = ?",
            (local_id, resource_type, resource_id),
        )

    def cursor(self, resource_type: str) -> Cursor | None:
        """How far the type was read; None when never."""
        row = self._driver.execute(
            "SELECT resource_type, since, last_id, is_first_done, rows, total FROM sync_cursors "
            "WHERE resource_type = ?",
            (resource_type,),
        ).fetchone()
        return None if row is None else Cursor(row[0], row[1], row[2], bool(row[3]), row[4], row[5])

    def put_cursor(self, cursor: Cursor) -> None:
        """Kept in the transaction of the rows it speaks of."""
        self._driver.execute(
            "INSERT OR REPLACE INTO sync_cursors (resource_type, since, last_id, is_first_done, rows, total) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                cursor.resource_type,
                cursor.since,
                cursor.last_id,
                int(cursor.is_first_done),
                cursor.rows,
                cursor.total,
            ),
        )

    def wait_for(self, resource_type: str, resource_id: str, wants: str) -> None:
        """The resource came before what it refers to."""
        self._driver.execute(
            "INSERT OR IGNORE INTO unresolved (wants, resource_type, resource_id) VALUES (?, ?, ?)",
            (wants, resource_type, resource_id),
        )

    def take_waiting(self, wants: str, limit: int = 1_000) -> list[tuple[str, str]]:
        """Those that waited for it, at most so many; they wait no longer."""
        found = self._driver.execute(
            "SELECT resource_type, resource_id FROM unresolved WHERE wants = ? LIMIT ?", (wants, limit)
        ).fetchall()
        self._driver.executemany(
            "DELETE FROM unresolved WHERE wants = ? AND resource_type = ? AND resource_id = ?",
            [(wants, kind, resource_id) for kind, resource_id in found],
        )
        return [(kind, resource_id) for kind, resource_id in found]

    def wanted(self, limit: int = 1_000) -> list[str]:
        """What something waits for and is there now."""
        rows = self._driver.execute(
            "SELECT w.wants FROM (SELECT DISTINCT wants FROM unresolved) w JOIN shadows s "
            "ON s.resource_type = substr(w.wants, 1, instr(w.wants, '/') - 1) "
            "AND s.resource_id = substr(w.wants, instr(w.wants, '/') + 1) "
            "WHERE s.gone_at IS NULL LIMIT ?",
            (limit,),
        )
        return [wants for (wants,) in rows]

    def wanted_under(self, prefix: str, limit: int = 1_000) -> list[str]:
        """What something waits for whose name begins so."""
        rows = self._driver.execute(
            "SELECT DISTINCT wants FROM unresolved WHERE substr(wants, 1, ?) = ? LIMIT ?",
            (len(prefix), prefix, limit),
        )
        return [wants for (wants,) in rows]

    def ids_after(self, resource_type: str, after_id: str, limit: int) -> dict[str, int]:
        """Ids of what is known and not gone behind an id, in order, with the sweeps that missed them."""
        rows = self._driver.execute(
            "SELECT resource_id, missed_sweeps FROM shadows WHERE resource_type = ? AND resource_id > ? "
            "AND gone_at IS NULL ORDER BY resource_id LIMIT ?",
            (resource_type, after_id, limit),
        )
        return dict(rows.fetchall())

    def note_missed(self, resource_type: str, missed: Mapping[str, int]) -> None:
        """Writes how many sweeps in a row missed each."""
        self._driver.executemany(
            "UPDATE shadows SET missed_sweeps = ? WHERE resource_type = ? AND resource_id = ?",
            [(times, resource_type, resource_id) for resource_id, times in missed.items()],
        )

    def unresolved(self) -> int:
        """How many references wait for what they name."""
        return int(self._driver.execute("SELECT count(*) FROM unresolved").fetchone()[0])

    def count(self, resource_type: str) -> int:
        """How many resources of a type are known and not gone."""
        return int(
            self._driver.execute(
                "SELECT count(*) FROM shadows WHERE resource_type = ? AND gone_at IS NULL", (resource_type,)
            ).fetchone()[0]
        )

    def forget_all(self) -> int:
        """No resource, reference or cursor is known any more; how many resources were."""
        self._driver.execute("DELETE FROM sync_cursors")
        self._driver.execute("DELETE FROM unresolved")
        known = int(self._driver.execute("SELECT count(*) FROM shadows").fetchone()[0])
        self._driver.execute("DELETE FROM shadows")
        return known

    def _one(self, where: str, *values: Any) -> Shadow | None:
        row = self._driver.execute(f"{_GET} {where}", values).fetchone()
        return None if row is None else _read(row)


def _read(row: Row) -> Shadow:
    kind, resource_id, version, updated_at, local_id, body, gone_at, missed = row
    return Shadow(
        kind, resource_id, version, updated_at, json_of(body), local_id, optional_moment_of(gone_at), missed
    )
