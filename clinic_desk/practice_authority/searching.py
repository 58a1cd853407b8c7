"""Search parameters of FHIR as conditions on the authority's file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from clinic_desk.practice_authority.moments import span_of
from clinic_desk.practice_authority.problems import Refused
from clinic_desk.practice_authority.types import Parameter, known_types

MOST: Final = 1000
"""The largest page, whatever is asked for."""
USUAL: Final = 100
OFFSET: Final = "_getpagesoffset"
_SORTS: Final = {
    "_lastUpdated": "c.updated, c.id", "-_lastUpdated": "c.updated DESC, c.id DESC",
    "_id": "c.id", "-_id": "c.id DESC",
}  # fmt: skip
_PREFIXES: Final = {"eq", "ge", "gt", "le", "lt"}
_REFERENCED: Final = "Patient"
# A comma and a bar that belong to a value have a backslash before them.
_COMMA: Final = re.compile(r"(?<!\\),")
_BAR: Final = re.compile(r"(?<!\\)\|")
_ESCAPED: Final = re.compile(r"\\(.)")


FEW: Final = 500
"""So many matches of a term are looked through one by one; more are met on a walk by time."""


class TermTest(NamedTuple):
    """A condition on the terms `t` of a resource, with its values."""

    condition: str
    values: tuple[object, ...]


class Plan(NamedTuple):
    """A condition on `current c`, its values and an order, as the store takes them."""

    where: str
    values: tuple[object, ...]
    order: str


@dataclass(slots=True)
class Search:
    """What was asked for, ready for the store."""

    resource_type: str
    conditions: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)
    terms: list[TermTest] = field(default_factory=list)
    order: str = _SORTS["_lastUpdated"]
    count: int = USUAL
    offset: int = 0
    is_summary: bool = False

    def plan(self, count_matches: Callable[[TermTest, int], int]) -> Plan:
        """How to find it: from the rarest term where one is rare, else along the time.

        `count_matches` counts the terms that fit, up to a limit. SQLite keeps no statistics here, and would
        walk by time through a hundred thousand people to find the one with an IIN.
        """
        rare = [test for test in self.terms if count_matches(test, FEW) < FEW]
        parts, values = ["c.type = ?", *self.conditions], [self.resource_type, *self.values]
        order = self.order
        if rare or any("c.id IN" in condition for condition in self.conditions):
            parts = [part.replace("c.updated", "+c.updated") for part in parts]
            order = order.replace("c.", "+c.")
            parts.append("+c.gone = 0")
        else:
            parts.append("c.gone = 0")
        for test in self.terms:
            if test in rare:
                parts.append(f"c.id IN (SELECT t.id FROM terms t WHERE t.type = ? AND {test.condition})")  # noqa: S608
            else:
                # Each row's own few terms are looked at, not all terms that fit.
                inner = test.condition.replace("t.name", "+t.name").replace("t.code", "+t.code")
                parts.append(f"EXISTS (SELECT 1 FROM terms t WHERE t.type = ? AND t.id = c.id AND {inner})")  # noqa: S608
            values += [self.resource_type, *test.values]
        return Plan(" AND ".join(parts), tuple(values), order)


def search_of(resource_type: str, query: Sequence[tuple[str, str]], base: str = "") -> Search:
    """The search that the parameters ask for.

    Raises:
        Refused: a parameter this server does not know, or a value that is none: guessing would hide rows.
    """
    search = Search(resource_type)
    for name, value in query:
        _take(search, name, value, base)
    return search


def _take(search: Search, name: str, value: str, base: str) -> None:
    if name == "_lastUpdated":
        _updated(search, value)
    elif name == "_sort":
        if value not in _SORTS:
            raise Refused(400, f"Cannot sort by {value}")
        search.order = _SORTS[value]
    elif name == "_count":
        search.count = min(whole_number(name, value), MOST)
    elif name == OFFSET:
        search.offset = whole_number(name, value)
    elif name == "_summary":
        if value not in {"count", "false"}:
            raise Refused(400, "Only _summary=count is offered")
        search.is_summary = value == "count"
    elif name == "_total":
        if value not in {"accurate", "none", "estimate"}:
            raise Refused(400, f"Unknown _total {value}")
    elif name == "_format":
        if "json" not in value:
            raise Refused(406, "Only JSON is offered")
    elif name == "_id":
        ids = value.split(",")
        search.conditions.append(f"c.id IN ({_marks(ids)})")
        search.values += ids
    else:
        _term(search, name, value, base)


def _term(search: Search, name: str, value: str, base: str) -> None:
    plain, _, modifier = name.partition(":")
    known = known_types()[search.resource_type]
    parameter = known.get(plain)
    if parameter is None or (modifier and (modifier, parameter.kind) != ("identifier", "reference")):
        offered = ", ".join(sorted(known))
        raise Refused(400, f"Unknown search parameter {name} for {search.resource_type}. Known: {offered}")
    tests: list[str] = []
    values: list[object] = []
    for one in _COMMA.split(value):
        test, found = _test(parameter, modifier, one.strip(), base)
        tests.append(test)
        values += found
    element = f"{parameter.element}:identifier" if modifier else parameter.element
    search.terms.append(TermTest(f"t.name = ? AND ({' OR '.join(tests)})", (element, *values)))


def _test(parameter: Parameter, modifier: str, value: str, base: str) -> tuple[str, list[object]]:
    if not value:
        raise Refused(400, f"A value of {parameter.element} is empty")
    if parameter.kind == "reference" and not modifier:
        value = value.removeprefix(f"{base}/")
        return "t.code = ?", [value if "/" in value else f"{_REFERENCED}/{value}"]
    parts = [_ESCAPED.sub(r"\1", part) for part in _BAR.split(value)]
    if len(parts) > 2:
        raise Refused(400, f"{value} is no token")
    if len(parts) == 1:
        return "t.code = ?", [*parts]
    system, code = parts
    return ("t.code = ? AND t.system = ?", [code, system]) if code else ("t.system = ?", [system])


def _updated(search: Search, value: str) -> None:
    prefix, text = (value[:2], value[2:]) if value[:2] in _PREFIXES else ("eq", value)
    try:
        first, after = span_of(text)
    except ValueError:
        raise Refused(400, f"{value} is no date of FHIR") from None
    tests: dict[str, tuple[str, list[object]]] = {
        "ge": ("c.updated >= ?", [first]),
        "gt": ("c.updated >= ?", [after]),
        "lt": ("c.updated < ?", [first]),
        "le": ("c.updated < ?", [after]),
        "eq": ("c.updated >= ? AND c.updated < ?", [first, after]),
    }
    condition, values = tests[prefix]
    search.conditions.append(condition)
    search.values += values


def whole_number(name: str, value: str) -> int:
    """The number of a parameter such as `_count`.

    Raises:
        Refused: it is none.
    """
    if not (value.isascii() and value.isdecimal()) or len(value) > 9:
        raise Refused(400, f"{name} must be a whole number")
    return int(value)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
