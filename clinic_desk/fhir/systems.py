"""Which namespaces the resources use: settings in `resources/fhir/systems.json`, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from clinic_desk.resources import read_json


@dataclass(frozen=True, slots=True)
class Strictness:
    """How large a resource of a stranger may be: levels, nodes, characters of a text or a name, entries.

    `max_words` is the length to which a server's words are cut before anybody reads them, `max_note` that of
    what somebody there explains or asks, `max_name` that of who it was.
    """

    max_depth: int
    max_nodes: int
    max_text: int
    max_key: int
    max_entries: int
    max_words: int
    max_note: int
    max_name: int


@dataclass(frozen=True, slots=True)
class Systems:
    """The identifier and code systems by name; `insurer_id` is how the Fund is named under `insurer`."""

    extension_base: str
    insurer_id: str
    strict: Strictness
    iin: str
    bin: str
    local_id: str
    document: str
    document_kind: str
    kato: str
    attachment: str
    attachment_number: str
    attachment_refusal: str
    attachment_end: str
    episode_type: str
    check: str
    check_reference: str
    insurer: str
    coverage: str
    referral: str
    referral_number: str
    referral_reason: str
    referral_refusal: str
    task: str
    task_step: str
    task_output: str
    tariff: str
    offer: str
    doctor: str
    complaint: str
    complaint_number: str
    complaint_category: str
    icd10: str
    language: str
    country: str
    citizenship: str
    task_code: str

    def ext(self, name: str) -> str:
        """The address of our extension of that name, such as `op-id`."""
        return self.extension_base + name


@cache
def systems() -> Systems:
    """The shipped namespaces; raises TypeError when a name is missing or unknown."""
    told: dict[str, Any] = read_json("fhir", "systems.json")
    return Systems(
        extension_base=told["extension_base"],
        insurer_id=told["insurer_id"],
        strict=Strictness(**told["strict"]),
        **{line["name"]: line["uri"] for line in told["systems"]},
    )


def key_of(system: str, value: str) -> str:
    """A search that finds the one resource with that identifier: `identifier=system|value`.

    The characters that a search treats as its own are escaped as FHIR says.
    """
    escaped = value.replace("\\", "\\\\").replace("|", "\\|").replace(",", "\\,").replace("$", "\\$")
    return f"identifier={system}|{escaped}"
