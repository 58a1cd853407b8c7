"""Reading what a stranger wrote: whatever is not of the expected form reads as nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Json = Mapping[str, Any]
"""A JSON object that is only read."""
Resource = dict[str, Any]
"""A JSON object that we made."""
_NOTHING: Final[Json] = {}


def mapping(value: object) -> Json:
    """The object, or an empty one. Objects of JSON are dicts: to ask for any Mapping costs ten times more."""
    return value if isinstance(value, dict) else _NOTHING


def objects(value: object) -> list[Json]:
    """The objects of a list, others left out; a single object is a list of one."""
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def text(value: object) -> str:
    """The text without blanks around it, or ""."""
    return value.strip() if isinstance(value, str) else ""


def clean(value: object) -> str:
    """A text in one line: control characters and runs of blanks are one blank."""
    if not isinstance(value, str):
        return ""
    if value.isprintable():
        return " ".join(value.split())
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def truth(value: object) -> bool | None:
    """A boolean, or None."""
    return value if isinstance(value, bool) else None


def number(value: object) -> int | None:
    """A whole number, or None; a boolean is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # NaN is smaller than nothing.
    return int(value) if abs(value) < 1e15 and int(value) == value else None


def codes(concept: object, system: str) -> list[str]:
    """The codes of one system in a CodeableConcept."""
    return [
        code
        for coding in objects(mapping(concept).get("coding"))
        if coding.get("system") == system and (code := text(coding.get("code")))
    ]


def code_in(concept: object, system: str) -> str:
    """The first code of that system in a CodeableConcept, or ""."""
    found = codes(concept, system)
    return found[0] if found else ""


def words_of(concept: object) -> str:
    """What a CodeableConcept says in words: its text, else the first display."""
    told = clean(mapping(concept).get("text"))
    if told:
        return told
    shown = (clean(coding.get("display")) for coding in objects(mapping(concept).get("coding")))
    return next((words for words in shown if words), "")


def identifiers(resource: Json, system: str) -> list[str]:
    """The values of that system that are in use, in their order."""
    return [
        value
        for item in objects(resource.get("identifier"))
        if item.get("system") == system and item.get("use") != "old" and (value := text(item.get("value")))
    ]


def identifier_in(resource: Json, system: str) -> str:
    """The first value of that system that is in use, or ""."""
    return next(iter(identifiers(resource, system)), "")


def reference_of(value: object) -> str:
    """`Type/id` of a reference (any base and version cut off), or "" for one that is only logical."""
    parts = text(mapping(value).get("reference")).split("/_history/")[0].rsplit("/", 2)
    return "/".join(parts[-2:]) if len(parts) >= 2 and all(parts[-2:]) else ""


def logical(value: object, system: str) -> str:
    """The value of a logical reference under that system, or ""."""
    told = mapping(mapping(value).get("identifier"))
    return text(told.get("value")) if told.get("system") == system else ""
