"""Words of the program in Kazakh, Russian and English, for the window, the slip and the command line alike.

One catalogue a subject, `resources/texts/<area>.json`: `{"key": {"kk": ..., "ru": ..., "en": ...}}`. A value
is a sentence with `{placeholders}`, or, where it depends on a count, the forms
`{"one": ..., "few": ..., "many": ..., "other": ...}`, chosen by the parameter `n`.
"""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from clinic_desk.resources import read_json, resource_path

CLINIC_ZONE = "Asia/Almaty"
"""The one time zone of Kazakhstan: UTC+5 since 1 March 2024."""

NBSP = "\N{NO-BREAK SPACE}"

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_AREA = re.compile(r"[a-z][a-z0-9_]*")

Entry = Mapping[str, str | Mapping[str, str]]


class Language(StrEnum):
    """A language of the program; the value is the ISO 639-1 code that is stored and used in `--lang`."""

    KK = "kk"
    RU = "ru"
    EN = "en"


class UnknownText(LookupError):
    """The catalogue lacks this key, or the call lacks a parameter of the text: a mistake of the program."""


@cache
def _catalogue(area: str) -> Mapping[str, Entry]:
    if not _AREA.fullmatch(area):
        raise UnknownText(area)
    try:
        entries: Mapping[str, Entry] = read_json("texts", f"{area}.json")
    except FileNotFoundError:
        raise UnknownText(area) from None
    return entries


def plural_category(language: Language, n: int) -> str:
    """The plural form that a whole count asks for: one, few, many or other.

    Source: Unicode CLDR, plural rules for cardinals of kk, ru and en.
    """
    whole = abs(n)
    if language is not Language.RU:
        return "one" if whole == 1 else "other"
    last, last_two = whole % 10, whole % 100
    if last == 1 and last_two != 11:
        return "one"
    if last in (2, 3, 4) and last_two not in (12, 13, 14):
        return "few"
    return "many"


class Texts:
    """Everything the program can say in one language. Cheap to make, safe to share between threads.

    Times are shown in `zone`, by default the clinic's. A catalogue is read when its first text is asked for.
    """

    def __init__(self, language: Language, zone: dt.tzinfo | None = None) -> None:
        self.language = language
        self._zone = zone

    def has(self, key: str) -> bool:
        """Whether a text of this key exists."""
        area, _, name = key.partition(".")
        try:
            return name in _catalogue(area)
        except UnknownText:
            return False

    def say(self, key: str, **params: object) -> str:
        """The text of `area.key` with its placeholders filled in.

        Parameters are put in as plain text and never read again, so a person's name may hold braces. A `date`
        becomes 23.11.2026, an aware `datetime` 23.11.2026 09:41, a `Decimal` a number of this language, and
        `n` a count with its thousands apart; everything else is `str()` of itself.

        Raises:
            UnknownText: no such key, or a placeholder without a parameter.
        """
        template = self._template(key, params)

        def fill(match: re.Match[str]) -> str:
            name = match[1]
            if name not in params:
                raise UnknownText(f"{key}: parameter {name}")
            return self._shown(name, params[name])

        return _PLACEHOLDER.sub(fill, template)

    def date(self, day: dt.date) -> str:
        """A day as 23.11.2026, in every language."""
        return f"{day.day:02}.{day.month:02}.{day.year:04}"

    def day_of(self, moment: dt.datetime) -> str:
        """The day of an aware moment in the clinic's zone: 23.11.2026."""
        return self.date(self._local(moment).date())

    def day_and_month(self, day: dt.date) -> str:
        """A day of a year that is clear from what stands around it: 23.11."""
        return f"{day.day:02}.{day.month:02}"

    def long_date(self, day: dt.date) -> str:
        """A day with its month in words: «26 қараша 2026», «26 ноября 2026», "26 November 2026"."""
        month = self.say(f"calendar.month.{day.month}")
        return self.say("calendar.long_date", day=day.day, month=month, year=day.year)

    def weekday_date(self, day: dt.date) -> str:
        """A day of the week and of the month: «Сейсенбі, 24 қараша»."""
        month = self.say(f"calendar.month.{day.month}")
        weekday = self.say(f"calendar.weekday.{day.isoweekday()}")
        return self.say("calendar.weekday_date", weekday=weekday, day=day.day, month=month)

    def month_short(self, month: int) -> str:
        """A month, 1 to 12, in three letters: «қаң», «янв», "Jan"."""
        return self.say(f"calendar.month_short.{month}")

    def time(self, moment: dt.datetime) -> str:
        """The wall-clock time of an aware moment in the clinic's zone: 09:41."""
        local = self._local(moment)
        return f"{local.hour:02}:{local.minute:02}"

    def moment(self, moment: dt.datetime) -> str:
        """The day and time of an aware moment in the clinic's zone: 23.11.2026 09:41."""
        return f"{self.day_of(moment)} {self.time(moment)}"

    def number(self, value: int | Decimal) -> str:
        """A number with its thousands apart and all its digits: «1 281», «2 487,71», "2,487.71"."""
        grouped = f"{value:,}"
        if self.language is Language.EN:
            return grouped
        return grouped.translate({ord(","): NBSP, ord("."): ","})

    def money(self, tenge: Decimal) -> str:
        """An amount of tenge, rounded half up to the tiyn: «2 487,71 ₸»."""
        return f"{self.number(tenge.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP))}{NBSP}₸"

    def _template(self, key: str, params: Mapping[str, object]) -> str:
        area, _, name = key.partition(".")
        try:
            value = _catalogue(area)[name][self.language]
        except KeyError:
            raise UnknownText(key) from None
        if isinstance(value, str):
            return value
        n = params.get("n")
        if not isinstance(n, int):
            raise UnknownText(f"{key}: parameter n")
        form = value.get(plural_category(self.language, n), value.get("other"))
        if form is None:
            raise UnknownText(f"{key}: no form for {n}")
        return form

    def _shown(self, name: str, value: object) -> str:
        match value:
            case bool():
                return str(value)
            case dt.datetime():
                return self.moment(value)
            case dt.date():
                return self.date(value)
            case Decimal():
                return self.number(value)
            case int() if name == "n":
                return self.number(value)
            case _:
                return str(value)

    def _local(self, moment: dt.datetime) -> dt.datetime:
        if moment.tzinfo is None:
            raise ValueError("a moment must know its time zone")
        return moment.astimezone(dt.UTC).astimezone(self._zone or ZoneInfo(CLINIC_ZONE))


def areas() -> list[str]:
    """The names of all catalogues that ship with the program, sorted."""
    return sorted(path.stem for path in resource_path("texts").glob("*.json"))
