"""Statements written with SQLAlchemy, rendered once and run by the driver.

A referral is issued with some twenty short statements in one transaction. SQLAlchemy's own way of
running each costs more than SQLite takes for it, and nothing of it (result types, events, cursors'
names) is needed here, since the mapping turns rows into values by position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ClauseElement

Row = Sequence[Any]

_CHUNK: Final = 500
_DIALECT: Final = SQLiteDialect_pysqlite(paramstyle="qmark")


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """The values in lists short enough to be the parameters of one statement."""
    rest = iter(values)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


class UnitDriver:
    """The driver's connection as long as its transaction is open.

    The driver itself would go on in autocommit mode behind a commit, or behind a rollback that SQLite
    made of its own accord because the disk was full.
    """

    __slots__ = ("_connection",)

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The cursor of one statement."""
        if not self._connection.in_transaction:
            raise RuntimeError("the unit of work is over")
        return self._connection.execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> Any:
        """The cursor of one statement run for each row."""
        if not self._connection.in_transaction:
            raise RuntimeError("the unit of work is over")
        return self._connection.executemany(sql, rows)


def driver_connection(connection: Connection) -> UnitDriver:
    """The driver's own connection inside the transaction of `connection`."""
    return UnitDriver(connection.connection.driver_connection)


class Statement:
    """One statement; every bound parameter without a value of its own is given by its name at each run.

    A list of values (`IN` with an expanding parameter) cannot be given: its length is part of the SQL.
    """

    def __init__(self, core: Executable) -> None:
        if not isinstance(core, ClauseElement):
            raise TypeError("a statement can be rendered")
        compiled: Any = core.compile(dialect=_DIALECT)
        self.sql = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        self._fixed: dict[str, Any] = {k: v for k, v in compiled.params.items() if v is not None}

    def run(self, driver: UnitDriver, **values: Any) -> Any:
        """The driver's cursor; parameters that are not given and have no value are a fault (KeyError)."""
        fixed = self._fixed
        return driver.execute(
            self.sql, [values[name] if name in values else fixed[name] for name in self._names]
        )

    def one(self, driver: UnitDriver, **values: Any) -> Row | None:
        """The first row, None if there is none."""
        row: Row | None = self.run(driver, **values).fetchone()
        return row

    def all(self, driver: UnitDriver, **values: Any) -> list[Row]:
        """All rows."""
        rows: list[Row] = self.run(driver, **values).fetchall()
        return rows
