"""Settings and the counters of referral numbers in the store."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import bindparam, insert, select

from clinic_desk.services.ports import NumberState
from clinic_desk.storage.statement import Statement, UnitDriver
from clinic_desk.storage.tables import number_series, settings
from clinic_desk.storage.values import json_of, json_text

_SETTING: Final = Statement(select(settings.c.value).where(settings.c.name == bindparam("name")))
_PUT_SETTING: Final = Statement(insert(settings).prefix_with("OR REPLACE"))
_COUNTER: Final = Statement(
    select(*(number_series.c[name] for name in NumberState._fields)).where(
        number_series.c.desk == bindparam("desk")
    )
)
_PUT_COUNTER: Final = Statement(insert(number_series).prefix_with("OR REPLACE"))


class SqlSettings:
    """`SettingsStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def get(self, name: str) -> Any | None:
        """The value of that name, None if there is none."""
        row = _SETTING.one(self._driver, name=name)
        return None if row is None else json_of(row[0])

    def put(self, name: str, value: Any) -> None:
        """The value is kept in place of an earlier one."""
        _PUT_SETTING.run(self._driver, name=name, value=json_text(value))


class SqlNumbers:
    """`NumberStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def get(self, desk: str) -> NumberState | None:
        """How far the desk's numbers are used, None for a desk that gave none."""
        row = _COUNTER.one(self._driver, desk=desk)
        return None if row is None else NumberState(*row)

    def put(self, state: NumberState) -> None:
        """The desk stands at `state`."""
        _PUT_COUNTER.run(self._driver, **state._asdict())
