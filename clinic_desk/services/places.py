"""The regions and districts in force today, made once for each state of the rule tables."""

from __future__ import annotations

from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.rule_tables.places import KATO, Places
from clinic_desk.services.ports import Clock
from clinic_desk.services.rule_book import RuleBook


class PlaceBook:
    """Asked at each use: an import may have added a region, midnight may have begun another list."""

    def __init__(self, rules: RuleBook, clock: Clock) -> None:
        self._rules = rules
        self._clock = clock
        self._tables: RuleTables | None = None
        self._places: Places | None = None

    def __call__(self) -> Places:
        """The places of the clinic's day."""
        today = self._clock.today()
        tables = self._rules.on(today)
        if self._places is None or tables is not self._tables or self._places.day != today:
            self._tables = tables
            self._places = Places((row.value for row in tables[KATO].on(today)), today)
        return self._places
