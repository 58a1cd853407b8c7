"""One answer about insurance as JSON: read strictly, so that a mistyped field is never passed over."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.imports.insurance_words import channel_of, insurance_of, months_of
from clinic_desk.domain.insurance import Channel, WhyNoAnswer
from clinic_desk.services.insurance import RecordAnswer

T = TypeVar("T")

LONGEST: Final = 64 * 1024
_LONGEST_WORDS: Final = 60
_FIELDS: Final = frozenset(
    {"status", "channel", "checked_at", "category", "reference", "valid_through", "months"}
)
_OF_FAILURE: Final = frozenset({"no_answer", "channel"})


@dataclass(frozen=True, slots=True)
class GivenFailure:
    """A check that brought no answer."""

    channel: Channel
    why: WhyNoAnswer


def read_answer(text: str, patient_id: PatientId, zone: dt.tzinfo) -> RecordAnswer | GivenFailure:
    """What the JSON says about the person. Moments without an offset are the clinic's, in `zone`.

    Statuses and channels may be codes or the words that lists of answers use.

    Raises:
        InvalidValue: `commands.answer_json`, `commands.answer_field`, `commands.answer_lacks`.
    """
    given = _object(text)
    is_failure = "no_answer" in given
    for name in sorted(given.keys() - (_OF_FAILURE if is_failure else _FIELDS)):
        raise InvalidValue("commands.answer_field", field=name[:_LONGEST_WORDS])
    channel = _needed(given, "channel", channel_of)
    if is_failure:
        return GivenFailure(channel, _needed(given, "no_answer", WhyNoAnswer))
    return RecordAnswer(
        patient_id,
        _needed(given, "status", insurance_of),
        channel,
        _maybe(given, "checked_at", lambda said: _moment(said, zone), None),
        _maybe(given, "category", str, ""),
        _maybe(given, "reference", str, ""),
        _maybe(given, "valid_through", dt.date.fromisoformat, None),
        _maybe(given, "months", months_of, ""),
    )


def _object(text: str) -> Mapping[str, Any]:
    if len(text) > LONGEST:
        raise InvalidValue("commands.answer_json")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidValue("commands.answer_json") from error
    if not isinstance(given, dict):
        raise InvalidValue("commands.answer_json")
    return given


def _moment(text: str, zone: dt.tzinfo) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _needed(given: Mapping[str, Any], name: str, read: Callable[[str], T | None]) -> T:
    if given.get(name) in (None, ""):
        raise InvalidValue("commands.answer_lacks", field=name)
    return _read(given[name], name, read)


def _maybe(given: Mapping[str, Any], name: str, read: Callable[[str], T | None], otherwise: T) -> T:
    return otherwise if given.get(name) in (None, "") else _read(given[name], name, read)


def _read(value: object, name: str, read: Callable[[str], T | None]) -> T:
    """The value as `read` understands it; a number, a list and what it does not understand are refused."""
    said: T | None = None
    if isinstance(value, str) and len(value) <= _LONGEST_WORDS:
        try:
            said = read(value)
        except ValueError:
            said = None
    if said is None:
        raise InvalidValue("commands.answer_field", field=name)
    return said
