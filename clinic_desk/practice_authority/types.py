"""Which resource types the authority keeps and by what they are found: a table in the program's resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from clinic_desk.resources import read_json


class Term(NamedTuple):
    """One value a resource is found by."""

    name: str
    code: str
    system: str = ""


class Parameter(NamedTuple):
    """A search parameter: its kind (`token`, `reference` or `date`) and the element it looks at."""

    kind: str
    path: tuple[str, ...]
    element: str
    """The name under which its terms are stored; two parameters may look at one element."""


@cache
def known_types() -> Mapping[str, Mapping[str, Parameter]]:
    """Every type with its search parameters."""
    return {
        resource_type: {
            name: Parameter(kind, tuple(path.split(".")), path) for name, (kind, path) in rows.items()
        }
        for resource_type, rows in read_json("practice", "authority_types.json")["types"].items()
    }


def terms_of(resource: Mapping[str, Any]) -> set[Term]:
    """Everything the resource is found by."""
    terms: set[Term] = set()
    for parameter in known_types()[resource["resourceType"]].values():
        for value in _values(resource, parameter.path):
            terms.update(_terms(parameter, value))
    return terms


def _terms(parameter: Parameter, value: Any) -> Iterator[Term]:
    element = parameter.element
    if isinstance(value, str):
        yield Term(element, value)
    elif isinstance(value, bool):
        yield Term(element, "true" if value else "false")
    elif not isinstance(value, Mapping):
        return
    elif parameter.kind == "reference":
        if isinstance(value.get("reference"), str):
            yield Term(element, value["reference"])
        for term in _identifiers(value.get("identifier")):
            yield Term(f"{element}:identifier", *term)
    elif "coding" in value:
        codings = value["coding"]
        for coding in codings if isinstance(codings, list) else ():
            if isinstance(coding, Mapping) and coding.get("code"):
                yield Term(element, str(coding["code"]), str(coding.get("system", "")))
    else:
        for term in _identifiers(value):
            yield Term(element, *term)


def _identifiers(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        code = value.get("value", value.get("code"))
        if code:
            yield str(code), str(value.get("system", ""))


def _values(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from _values(one, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _values(value[path[0]], path[1:])
