"""Our extensions on resources and on parts of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from clinic_desk.fhir.moments import day_text, instant_text
from clinic_desk.fhir.reading import Json, Resource, objects
from clinic_desk.fhir.systems import systems

Value = str | bool | int | dt.datetime | dt.date | None
"""What an extension may say; None and "" say nothing and are left out."""


def extension(url: str, value: str | bool | int | dt.datetime | dt.date, kind: str = "") -> Resource:
    """One extension; the kind of value follows from the value unless given, as `Code`."""
    # A datetime is a date and a bool an int: the narrower comes first.
    if isinstance(value, dt.datetime):
        return {"url": url, "valueInstant": instant_text(value)}
    if isinstance(value, dt.date):
        return {"url": url, "valueDate": day_text(value)}
    if isinstance(value, bool):
        return {"url": url, "valueBoolean": value}
    if isinstance(value, int):
        return {"url": url, "valueInteger": value}
    return {"url": url, f"value{kind or 'String'}": str(value)}


def parts_of(url: str, parts: Sequence[tuple[str, Value]]) -> Resource | None:
    """An extension of several named parts, None when none says anything."""
    told = [extension(name, value) for name, value in parts if value is not None and value != ""]
    return {"url": url, "extension": told} if told else None


def with_extensions(resource: Json, url: str, added: Sequence[Resource]) -> Resource:
    """A copy in which these stand for all extensions of that address; others stay as they are."""
    copy = dict(resource)
    present = resource.get("extension")
    # What is no list of objects is not ours to keep: no server could have given it a meaning.
    others: list[Any] = [item for item in objects(present) if item.get("url") != url]
    others.extend(added)
    copy.pop("extension", None)
    if others:
        copy["extension"] = others
    return copy


def with_own(resource: Json, name: str, value: Value, kind: str = "") -> Resource:
    """A copy with our extension of that name; without it when the value says nothing."""
    url = systems().ext(name)
    return with_extensions(
        resource, url, [extension(url, value, kind)] if value is not None and value != "" else []
    )


def extensions(resource: Json, url: str) -> list[Json]:
    """Those of that address."""
    return [item for item in objects(resource.get("extension")) if item.get("url") == url]


def own(resource: Json, name: str) -> Json:
    """Our extension of that name, or an empty object."""
    return next(iter(extensions(resource, systems().ext(name))), {})


def value_of(item: Json) -> Any:
    """The value of an extension whatever its kind, None when there is none."""
    return next((value for key, value in item.items() if key.startswith("value")), None)


def own_value(resource: Json, name: str) -> Any:
    """The value of our extension of that name, None when there is none."""
    return value_of(own(resource, name))


def part(item: Json, name: str) -> Any:
    """The value of a named part of an extension, None when there is none."""
    return value_of(next(iter(extensions(item, name)), {}))
