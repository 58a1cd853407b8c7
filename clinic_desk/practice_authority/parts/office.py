"""What every official has: the file, the hour, a calendar of working days, and words of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from clinic_desk.domain.working_days import WorkingCalendar
from clinic_desk.fhir.reading import identifier_in, logical, reference_of
from clinic_desk.fhir.stamp import Stamp
from clinic_desk.fhir.systems import systems
from clinic_desk.practice_authority.moments import moment_of
from clinic_desk.practice_authority.store import ResourceStore
from clinic_desk.services.rules_of_the_day import shipped_tables
from clinic_desk.texts import CLINIC_ZONE, Language, Texts


class Office:
    """Shared by all parts."""

    def __init__(self, store: ResourceStore, language: Language) -> None:
        self.store = store
        self._texts = Texts(language)
        self._zone = ZoneInfo(CLINIC_ZONE)
        self._calendar: WorkingCalendar | None = None

    @property
    def now(self) -> dt.datetime:
        """The hour, aware UTC."""
        return moment_of(self.store.now())

    def stamp(self, by: str) -> Stamp:
        """An official's write: it belongs to no operation of a desk."""
        return Stamp("", by, "", self.now)

    def words(self, name: str) -> str:
        """What an official writes, in the language of the office."""
        return self._texts.say(f"practice_server.words.{name}")

    def working_day(self, days: int) -> dt.date:
        """The day so many working days from today."""
        if self._calendar is None:
            self._calendar = WorkingCalendar.of(shipped_tables())
        return self._calendar.add(self.now.astimezone(self._zone).date(), days)

    def at(self, day: dt.date, hour: int, minute: int) -> dt.datetime:
        """That hour of the clinic's day, aware UTC."""
        return dt.datetime.combine(day, dt.time(hour, minute), self._zone).astimezone(dt.UTC)

    def iin_of(self, reference: Any) -> str:
        """The IIN of the person a resource refers to, "" where nobody knows it."""
        known = logical(reference, systems().iin)
        if known:
            return known
        place = reference_of(reference)
        person = self.store.current("Patient", place.removeprefix("Patient/")) if place else None
        return "" if person is None or person.is_gone else identifier_in(person.resource(), systems().iin)

    def write(self, resource: Mapping[str, Any]) -> None:
        """The next version of a resource, or a new one; inside a transaction."""
        self.store.put(resource, str(resource.get("id", "")))
