"""Findings of the rules and refusals as rows of JSON and as sentences, for every command alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clinic_desk.commands.terminal import Terminal
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.findings import Finding
from clinic_desk.sentences import error_sentence, finding_sentence, instead_sentences, source_words


def finding_row(terminal: Terminal, finding: Finding) -> dict[str, Any]:
    """A finding with its sentence, what is possible instead, and its source."""
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "field": finding.field,
        "message": finding_sentence(terminal.texts, finding),
        "instead": instead_sentences(terminal.texts, finding),
        "source": source_words(terminal.texts, finding.source),
    }


def refusal_rows(
    terminal: Terminal, findings: Sequence[Finding], error: ClinicDeskError
) -> list[dict[str, Any]]:
    """The findings, or the error itself as one that blocks."""
    rows = [finding_row(terminal, finding) for finding in findings]
    if rows:
        return rows
    message = error_sentence(terminal.texts, error)
    return [
        {
            "severity": "block",
            "code": error.code,
            "field": "",
            "message": message,
            "instead": [],
            "source": "",
        }
    ]


def say_refusal(terminal: Terminal, rows: Sequence[dict[str, Any]]) -> None:
    """Each row as a line on standard error: the sentence and what is possible instead."""
    for row in rows:
        terminal.problem(" ".join([row["message"], *row["instead"]]))
