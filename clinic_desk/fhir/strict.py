"""What a stranger sends is looked at before anything is made of it: form, depth, size, letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.fhir.reading import Resource
from clinic_desk.fhir.systems import systems

_TYPE: Final = re.compile(r"[A-Z][A-Za-z]{1,63}")
_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_VERSION: Final = re.compile(r"[A-Za-z0-9\-._:]{1,128}")


class WhyUnreadable(StrEnum):
    """Why a resource was set aside."""

    NOT_A_RESOURCE = "not_a_resource"
    """No object, or without a usable `resourceType`."""
    ID = "id"
    """The id or the version is none."""
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    LETTERS = "letters"
    """A NUL, half of a surrogate pair, or a number that is none."""
    WRONG_TYPE = "wrong_type"
    """A resource of another type than was asked for."""
    NAME = "name"
    BIRTH_DATE = "birth_date"
    IIN = "iin"
    STATUS = "status"
    """A status that is none, without which nothing can be told."""
    NO_KEY = "no_key"
    """Nothing by which the record could be found again: no code, no BIN."""


class Unreadable(InvalidValue):
    """What came cannot be what it claims to be and is set aside. Code: `sync.unreadable`."""

    def __init__(self, why: WhyUnreadable) -> None:
        super().__init__("sync.unreadable", why=why.value)
        self.why = why


def checked(value: object) -> Resource:
    """The resource itself, looked through.

    Raises:
        Unreadable: it is none, or too deep, too large, or has letters no store can keep.
    """
    resource = envelope(value)
    _look_through(resource)
    return resource


def envelope(value: object) -> Resource:
    """The resource itself, of which only type, id and version were looked at.

    For a Bundle, whose entries are looked through one by one, so that a bad one does not fail the page.

    Raises:
        Unreadable: it is none.
    """
    if not isinstance(value, dict) or not _matches(_TYPE, value.get("resourceType")):
        raise Unreadable(WhyUnreadable.NOT_A_RESOURCE)
    if "id" in value and not _matches(_ID, value["id"]):
        raise Unreadable(WhyUnreadable.ID)
    meta = value.get("meta")
    if isinstance(meta, Mapping) and "versionId" in meta and not _matches(_VERSION, meta["versionId"]):
        raise Unreadable(WhyUnreadable.ID)
    return value


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _look_through(resource: Resource) -> None:
    """Level by level, never by recursion: depth is what a stranger may choose."""
    limits = systems().strict
    level: list[Any] = [resource]
    nodes = 0
    for _ in range(limits.max_depth):
        below: list[Any] = []
        for node in level:
            kind = type(node)
            if kind is str:
                if len(node) > limits.max_text:
                    raise Unreadable(WhyUnreadable.TOO_LARGE)
                if "\0" in node or not (node.isascii() or _is_writable(node)):
                    raise Unreadable(WhyUnreadable.LETTERS)
            elif kind is dict:
                if not node.keys() <= _GOOD_KEYS:
                    _look_at_keys(node, limits.max_key)
                below.extend(node.values())
            elif kind is list:
                below.extend(node)
            elif kind is float and not -1e300 < node < 1e300:
                raise Unreadable(WhyUnreadable.LETTERS)
        nodes += len(below)
        if nodes > limits.max_nodes:
            raise Unreadable(WhyUnreadable.TOO_LARGE)
        if not below:
            return
        level = below
    raise Unreadable(WhyUnreadable.TOO_DEEP)


_GOOD_KEYS: Final[set[str]] = set()
"""Names that were looked at: the same few hundred stand in every resource."""
_MOST_KEYS: Final = 2000


def _look_at_keys(node: dict[Any, Any], limit: int) -> None:
    for key in node:
        if not isinstance(key, str) or not key.isascii() or "\0" in key:
            raise Unreadable(WhyUnreadable.LETTERS)
        if len(key) > limit:
            raise Unreadable(WhyUnreadable.TOO_LARGE)
    if len(_GOOD_KEYS) < _MOST_KEYS:
        _GOOD_KEYS.update(node)


def _is_writable(value: str) -> bool:
    """Without half surrogate pairs."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
