"""From codes to sentences, for the window and the command line alike.

Owns the order in which the catalogue's areas are searched for an error's sentence; the sentences
themselves lie in `resources/texts`.
"""

from __future__ import annotations

from collections.abc import Mapping

from clinic_desk.domain.errors import ClinicDeskError, RuleBroken
from clinic_desk.domain.findings import Finding
from clinic_desk.texts import Texts

_ERROR_AREAS = ("errors", "profile", "storage", "imports", "printing", "commands", "districts", "people")


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
    return texts.say(f"findings.{finding.code}", **finding.params)


def instead_sentences(texts: Texts, finding: Finding) -> list[str]:
    """What is possible now, one sentence each."""
    return [texts.say(f"instead.{code}") for code in finding.instead]


def source_words(texts: Texts, source: str) -> str:
    """Where a rule comes from, in the reader's language; a source without words stands as it is."""
    key = f"sources.{source}"
    return texts.say(key) if texts.has(key) else source
