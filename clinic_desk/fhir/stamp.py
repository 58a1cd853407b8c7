"""Who did it, where, when and under which key: on each resource that is written, replaced at each write.

Two extensions, never `meta.tag`, of which servers may keep old ones: `op-id`, by which a lost reply is told
from somebody else's resource, and `actor`, which says who acted whoever is at the desk when it is sent.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clinic_desk.fhir.extensions import own, own_value, part, parts_of, with_extensions, with_own
from clinic_desk.fhir.moments import read_instant
from clinic_desk.fhir.reading import Json, Resource, clean, text
from clinic_desk.fhir.systems import systems
from clinic_desk.fhir.words import cut_name


@dataclass(frozen=True, slots=True)
class Stamp:
    """The operation a write belongs to; `acted_at` is aware UTC by the desk's clock."""

    op_id: str
    actor: str
    desk: str
    acted_at: dt.datetime


def stamped(resource: Json, stamp: Stamp) -> Resource:
    """A copy that carries this operation and no earlier one."""
    url = systems().ext("actor")
    actor = parts_of(url, [("by", stamp.actor), ("desk", stamp.desk), ("at", stamp.acted_at)])
    return with_extensions(with_own(resource, "op-id", stamp.op_id), url, [actor] if actor else [])


def op_id_of(resource: Json) -> str:
    """The key of the operation that wrote this version, "" when it was not one of ours."""
    return text(own_value(resource, "op-id"))


def author_of(resource: Json) -> tuple[str, dt.datetime | None]:
    """Who wrote this version and when they acted (aware UTC); ("", None) where it is not said."""
    actor = own(resource, "actor")
    return cut_name(clean(part(actor, "by"))), read_instant(part(actor, "at"))


def desk_of(resource: Json) -> str:
    """The code of the desk where this version was written, "" where it is not said."""
    return clean(part(own(resource, "actor"), "desk"))
