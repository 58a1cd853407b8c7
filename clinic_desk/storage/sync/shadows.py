"""The upstream's last known versions in the store, and how far each type was read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any, Final

from clinic_desk.services.sync.ports import Cursor, Shadow
from clinic_desk.storage.statement import Row, UnitDriver
from clinic_desk.storage.values import json_of, json_text, optional_moment_of, optional_moment_text

_CHUNK: Final = 500
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
                    json_text(one.body),
                    optional_moment_text(one.gone_at),
                    one.missed_sweeps,
                )
                for one in shadows
            ],
        )

    def known_versions(self, resource_type: str, ids: Collection[str]) -> dict[str, str]:
        """The version by id, without the ids nobody knows."""
        found: dict[str, str] = {}
        rest = iter(ids)
        while chunk := list(islice(rest, _CHUNK)):
            marks = ", ".join("?" * len(chunk))
            found.update(
                self._driver.execute(
                    f"SELECT resource_id, version FROM shadows WHERE resource_type = ? "  # noqa: S608
                    f"AND resource_id IN ({marks})",
                    [resource_type, *chunk],
                ).fetchall()
            )
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

    def take_waiting(self, wants: str) -> list[tuple[str, str]]:
        """Those that waited for it; they wait no longer."""
        found = self._driver.execute(
            "SELECT resource_type, resource_id FROM unresolved WHERE wants = ?", (wants,)
        ).fetchall()
        if found:
            self._driver.execute("DELETE FROM unresolved WHERE wants = ?", (wants,))
        return [(kind, resource_id) for kind, resource_id in found]

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

    def _one(self, where: str, *values: Any) -> Shadow | None:
        row = self._driver.execute(f"{_GET} {where}", values).fetchone()
        return None if row is None else _read(row)


def _read(row: Row) -> Shadow:
    kind, resource_id, version, updated_at, local_id, body, gone_at, missed = row
    return Shadow(
        kind, resource_id, version, updated_at, json_of(body), local_id, optional_moment_of(gone_at), missed
    )
