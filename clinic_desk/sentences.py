"""From codes to sentences, for the window and the command line alike.

Owns the order in which the catalogue's areas are searched for an error's sentence; the sentences
themselves lie in `resources/texts`.
"""

from __future__ import annotations

from collections.abc import Mapping

from clinic_desk.domain.errors import ClinicDeskError, RuleBroken
from clinic_desk.domain.findings import Finding
from clinic_desk.texts import Texts

_ERROR_AREAS = (
    *("errors", "profile", "storage", "imports", "printing", "commands"),
    *("districts", "people", "attachment", "rules", "leaflet"),
    *("sync", "sync_arrivals", "upstream", "shift", "practice_server"),
)
_FINDING_AREAS = ("findings", "attachment_findings", "district_findings")
# Parameters that are codes, and where their words are: a rule never speaks.
_CODES = {"document": "attachment.document"}


def error_sentence(texts: Texts, error: ClinicDeskError) -> str:
    """What happened, what is safe and what to do, in the reader's language."""
    if isinstance(error, RuleBroken) and error.findings:
        return " ".join(finding_sentence(texts, finding) for finding in error.findings)
    return code_sentence(texts, error.code, error.params)


def code_sentence(texts: Texts, code: str, params: Mapping[str, object]) -> str:
    """The sentence of an error code; a code without one is called a fault of the program."""
    for area in _ERROR_AREAS:
        key = f"{area}.errors.{code}"
        if texts.has(key):
            return texts.say(key, **params)
    return texts.say("errors.errors.unexpected", code=code)


def finding_sentence(texts: Texts, finding: Finding) -> str:
    """The sentence of a rule's finding."""
    params = {name: _word(texts, name, value) for name, value in finding.params.items()}
    return texts.say(_key(texts, finding.code), **params)


def instead_sentences(texts: Texts, finding: Finding) -> list[str]:
    """What is possible now, one sentence each."""
    return [texts.say(_instead_key(texts, code)) for code in finding.instead]


def source_words(texts: Texts, source: str) -> str:
    """Where a rule comes from, in the reader's language; a source without words stands as it is."""
    key = f"sources.{source}"
    return texts.say(key) if texts.has(key) else source


def short_source(texts: Texts, source: str) -> str:
    """The act alone, without its editions and remarks: what fits on a slip."""
    words = source_words(texts, source)
    ends = [place for place in (words.find(mark) for mark in (" (", ";", ", ", ": ")) if place > 0]
    return words[: min(ends, default=len(words))]


def _key(texts: Texts, code: str) -> str:
    keys = [f"{area}.{code}" for area in _FINDING_AREAS]
    return next((key for key in keys if texts.has(key)), keys[0])


def _instead_key(texts: Texts, code: str) -> str:
    keys = [f"instead.{code}", *(f"{area}.instead.{code}" for area in _FINDING_AREAS[1:])]
    return next((key for key in keys if texts.has(key)), keys[0])


def _word(texts: Texts, name: str, value: object) -> object:
    key = f"{_CODES[name]}.{value}" if name in _CODES else ""
    return texts.say(key) if key and texts.has(key) else value
