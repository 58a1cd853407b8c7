"""CapabilityStatement: what the server says it can do."""

from __future__ import annotations

from clinic_desk.domain.sync.abilities import Abilities, TypeAbilities
from clinic_desk.fhir.reading import Json, clean, mapping, objects, text
from clinic_desk.fhir.strict import Unreadable, WhyUnreadable

_MAX_WORDS = 80


def abilities_of(statement: Json) -> Abilities:
    """What may be asked of it.

    Raises:
        Unreadable: this is no CapabilityStatement.
    """
    if statement.get("resourceType") != "CapabilityStatement":
        raise Unreadable(WhyUnreadable.WRONG_TYPE)
    rest = next((item for item in objects(statement.get("rest")) if item.get("mode") == "server"), {})
    whole = _codes(rest, "interaction")
    formats = statement.get("format")
    told = [text(item) for item in formats] if isinstance(formats, list) else []
    software = mapping(statement.get("software"))
    name = f"{clean(software.get('name'))} {clean(software.get('version'))}".strip()
    return Abilities(
        fhir_version=clean(statement.get("fhirVersion"))[:_MAX_WORDS],
        software=name[:_MAX_WORDS],
        speaks_json=any("json" in item for item in told),
        has_transaction="transaction" in whole,
        has_batch="batch" in whole,
        has_history="history-system" in whole,
        types={
            name: _type(item) for item in objects(rest.get("resource")) if (name := text(item.get("type")))
        },
    )


def _type(item: Json) -> TypeAbilities:
    operations = (text(one.get("name")) for one in objects(item.get("operation")))
    searches = (text(one.get("name")) for one in objects(item.get("searchParam")))
    return TypeAbilities(
        interactions=_codes(item, "interaction"),
        operations=frozenset(name.removeprefix("$") for name in operations if name),
        searches=frozenset(name for name in searches if name),
        has_versions=text(item.get("versioning")) in {"versioned", "versioned-update"},
        has_conditional_create=item.get("conditionalCreate") is True,
    )


def _codes(item: Json, name: str) -> frozenset[str]:
    return frozenset(code for one in objects(item.get(name)) if (code := text(one.get("code"))))
