"""What came from the upstream, before anything is made of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from clinic_desk.fhir.moments import read_instant
from clinic_desk.fhir.reading import mapping, text
from clinic_desk.fhir.strict import Unreadable, WhyUnreadable


class Arrived(NamedTuple):
    """One version of a resource. `updated_at` is the server's own text of `meta.lastUpdated`.

    `is_gone` for a tombstone: the resource was deleted upstream and `body` is empty.
    """

    resource_type: str
    resource_id: str
    version: str
    updated_at: str
    body: dict[str, Any]
    is_gone: bool = False
    read_at: dt.datetime | None = None
    """`updated_at` as read, so that it is read once."""

    @property
    def key(self) -> tuple[str, str]:
        """Which version of which resource, within its type."""
        return self.resource_id, self.version

    @property
    def place(self) -> str:
        """`Type/id`."""
        return f"{self.resource_type}/{self.resource_id}"

    @property
    def moment(self) -> dt.datetime:
        """`updated_at` as aware UTC."""
        moment = self.read_at or read_instant(self.updated_at)
        assert moment is not None  # noqa: S101 - looked at by `arrived_of`
        return moment


class SetAside(NamedTuple):
    """Something that could not be read: which it claims to be, its version, and why (a stable code)."""

    where: str
    version: str
    why: str


def arrived_of(resource: Mapping[str, Any], resource_type: str) -> Arrived:
    """A looked-through resource with what is needed to keep it.

    Raises:
        Unreadable: it is of another type, or has no id or no version or no moment.
    """
    if resource.get("resourceType") != resource_type:
        raise Unreadable(WhyUnreadable.WRONG_TYPE)
    meta = mapping(resource.get("meta"))
    resource_id, version = text(resource.get("id")), text(meta.get("versionId"))
    updated_at = text(meta.get("lastUpdated"))
    moment = read_instant(updated_at)
    if not resource_id or not version or moment is None:
        raise Unreadable(WhyUnreadable.ID)
    return Arrived(resource_type, resource_id, version, updated_at, dict(resource), read_at=moment)
