"""What is common to all kinds: the columns that hold a value, and the statements over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, Select, Table, bindparam, select

from clinic_desk.domain.errors import Conflict
from clinic_desk.storage.statement import Row, Statement, UnitDriver

T = TypeVar("T")


@dataclass(frozen=True)
class Form(Generic[T]):
    """How one kind of record lies in its table.

    Attributes:
        columns: hold the value; `read` takes them in this order, then the version if `is_versioned`.
        write: the values of `written`, in that order.
        derived: are written too, behind `columns`, and never read back into the value.
        key: the column of the identity, the first of `columns`.
        is_versioned: the value itself carries the version; otherwise the table alone counts it.
        is_stamped: the table has `created_at` and `updated_at`.
    """

    table: Table
    columns: tuple[str, ...]
    write: Callable[[T], tuple[Any, ...]]
    read: Callable[[Row], T]
    derived: tuple[str, ...] = ()
    key: str = "id"
    is_versioned: bool = False
    is_stamped: bool = False

    @property
    def written(self) -> tuple[str, ...]:
        """All columns that `write` gives values for."""
        return self.columns + self.derived

    @property
    def read_columns(self) -> tuple[str, ...]:
        """The columns that `read` takes."""
        return (*self.columns, "version") if self.is_versioned else self.columns

    # Made once: building a statement costs more than running it.

    @cached_property
    def select(self) -> Select[Any]:
        """All records; narrowed with `where`."""
        columns: list[Column[Any]] = [self.table.c[name] for name in self.read_columns]
        return select(*columns)

    @cached_property
    def _by_key(self) -> Statement:
        return Statement(self.select.where(self.table.c[self.key] == bindparam("key")))

    @cached_property
    def select_sql(self) -> str:
        """All records, to be followed by a condition."""
        return f"SELECT {_listed(self.read_columns)} FROM {self.table.name}"  # noqa: S608 - own names

    @cached_property
    def insert_sql(self) -> str:
        """Takes the written values, then both stamps if the kind has them."""
        columns = (*self.written, "created_at", "updated_at") if self.is_stamped else self.written
        marks = ", ".join("?" * len(columns))
        return f"INSERT INTO {self.table.name} ({_listed(columns)}) VALUES ({marks})"  # noqa: S608 - own names

    @cached_property
    def update_sql(self) -> str:
        """Takes the values behind the identity, the stamp, the identity and the version, as they apply."""
        columns = (*self.written[1:], "updated_at") if self.is_stamped else self.written[1:]
        changes = ", ".join(f'"{name}" = ?' for name in columns)
        condition = f"{self.key} = ? AND version = ?" if self.is_versioned else f"{self.key} = ?"
        return f"UPDATE {self.table.name} SET {changes}, version = version + 1 WHERE {condition}"  # noqa: S608

    def get(self, driver: UnitDriver, key: str) -> T | None:
        """The record of that identity."""
        row = self._by_key.one(driver, key=key)
        return None if row is None else self.read(row)

    def add(self, driver: UnitDriver, value: T, stamp: str = "") -> None:
        """The record is in its table."""
        driver.execute(self.insert_sql, self.insert_row(value, stamp))

    def replace(self, driver: UnitDriver, value: T, stamp: str = "") -> bool:
        """The record is written over the stored one; False when that, or its version, is not there."""
        return int(driver.execute(self.update_sql, self.update_row(value, stamp)).rowcount) == 1

    def insert_row(self, value: T, stamp: str) -> Row:
        """The values of `insert_sql`."""
        return (*self.write(value), stamp, stamp) if self.is_stamped else self.write(value)

    def update_row(self, value: T, stamp: str) -> Row:
        """The values of `update_sql`."""
        identity, *values = self.write(value)
        if self.is_stamped:
            values.append(stamp)
        values.append(identity)
        if self.is_versioned:
            values.append(getattr(value, "version"))  # noqa: B009 - only versioned kinds have one
        return values

    def identity(self, value: T) -> str:
        """The identity of a record."""
        return str(getattr(value, self.key))

    def params(self, value: T) -> dict[str, Any]:
        """The written values by the names of their columns."""
        return dict(zip(self.written, self.write(value), strict=True))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def changed_elsewhere() -> Conflict:
    """The record is not at the version that was read, or is gone."""
    return Conflict("store.changed_elsewhere")
