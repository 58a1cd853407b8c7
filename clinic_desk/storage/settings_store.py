"""Settings and the counters of referral numbers in the store."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select

from clinic_desk.services.ports import NumberState
from clinic_desk.storage.tables import number_series, settings
from clinic_desk.storage.values import json_of, json_text

_SETTING: Final = select(settings.c.value).where(settings.c.name == bindparam("name"))
_PUT_SETTING: Final = insert(settings).prefix_with("OR REPLACE")
_COUNTER: Final = select(
    number_series.c.desk, number_series.c.series, number_series.c.next_counter, number_series.c.reserved_to
).where(number_series.c.desk == bindparam("desk"))
_PUT_COUNTER: Final = insert(number_series).prefix_with("OR REPLACE")


class SqlSettings:
    """`SettingsStore` over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> Any | None:
        """The value of that name, None if there is none."""
        text = self._connection.execute(_SETTING, {"name": name}).scalar()
        return None if text is None else json_of(text)

    def put(self, name: str, value: Any) -> None:
        """The value is kept in place of an earlier one."""
        self._connection.execute(_PUT_SETTING, {"name": name, "value": json_text(value)})


class SqlNumbers:
    """`NumberStore` over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, desk: str) -> NumberState | None:
        """How far the desk's numbers are used, None for a desk that gave none."""
        row = self._connection.execute(_COUNTER, {"desk": desk}).first()
        return None if row is None else NumberState(*row)

    def put(self, state: NumberState) -> None:
        """The desk stands at `state`."""
        self._connection.execute(_PUT_COUNTER, state._asdict())
