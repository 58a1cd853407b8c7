"""`import rules FILE`: a rule table, whole or not at all, by the same checks as at the window."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from typing import Any

from clinic_desk.commands.opened import opened
from clinic_desk.commands.terminal import DONE, REFUSED, UNUSABLE, Terminal
from clinic_desk.domain.imports.table import UnusableFile
from clinic_desk.domain.rule_tables import RuleProblem
from clinic_desk.rule_sentences import field_title, problem_sentence, rule_error_sentence, table_title
from clinic_desk.services.rule_book import RuleDocument
from clinic_desk.services.rule_files import RuleFile, RuleFileUnusable, read_rule_file
from clinic_desk.services.rule_imports import RulePreview, RulesRefused
from clinic_desk.tabular.reader import read_list


def day_of(text: str) -> dt.date:
    """The day of an argument, written 2026-01-31."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(text) from error


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Takes the table in, or says why not; every bad row is named."""
    try:
        file = read_rule_file(arguments.file, read_list)
    except (RuleFileUnusable, UnusableFile) as error:
        terminal.problem(rule_error_sentence(terminal.texts, error))
        return UNUSABLE
    # The store is opened only now: a file that cannot be read changes nothing, not even a profile.
    with opened(arguments.choice, clock=arguments.clock) as profile:
        service = profile.desk.rule_imports
        candidate = service.check(file)
        try:
            preview = service.preview(candidate, arguments.takes_effect)
        except RulesRefused as error:
            table = candidate.schema.name if candidate.schema else None
            _report_refusal(terminal, table, error, candidate.file)
            return REFUSED
        kept = None
        if not arguments.dry_run and not preview.changes.is_nothing:
            kept, _ = service.apply(preview, profile.desk.actor(), reason=arguments.reason)
    _report(terminal, preview, kept, is_dry=arguments.dry_run)
    return DONE


def _report(terminal: Terminal, preview: RulePreview, kept: RuleDocument | None, *, is_dry: bool) -> None:
    changes, texts = preview.changes, terminal.texts
    data: dict[str, Any] = {
        "table": preview.schema.name,
        "takes_effect_on": preview.takes_effect_on.isoformat(),
        "added": list(changes.added),
        "removed": list(changes.removed),
        "changed": [
            {"before": row.before, "after": row.after, "fields": list(row.fields)} for row in changes.changed
        ],
        "same": changes.same,
        "errors": [],
        "applied": kept is not None,
        "import_id": kept.id if kept else None,
    }
    outcome = "nothing" if changes.is_nothing else "would" if is_dry else "applied"
    line = texts.say(
        f"rules.command.{outcome}",
        table=table_title(texts, preview.schema.name),
        day=preview.takes_effect_on,
        added=texts.number(len(changes.added)),
        removed=texts.number(len(changes.removed)),
        changed=texts.number(len(changes.changed)),
    )
    terminal.result(data, [line])


def _report_refusal(terminal: Terminal, table: str | None, error: RulesRefused, file: RuleFile) -> None:
    data = {
        "table": table,
        "errors": [_error(terminal, problem, file) for problem in error.problems],
        "applied": False,
        "import_id": None,
    }
    terminal.result(data, _lines(terminal, error.problems, file))
    terminal.problem(rule_error_sentence(terminal.texts, error))


def _error(terminal: Terminal, problem: RuleProblem, file: RuleFile) -> dict[str, Any]:
    return {
        "row": file.line(problem.row) or None,
        "field": problem.field or None,
        "code": problem.code,
        "message": problem_sentence(terminal.texts, problem),
    }


def _lines(terminal: Terminal, problems: Sequence[RuleProblem], file: RuleFile) -> list[str]:
    texts = terminal.texts
    lines = []
    for problem in problems:
        place = texts.say("rules.place.row", row=file.line(problem.row)) if problem.row else ""
        field = f"«{field_title(texts, problem.field)}»" if problem.field else ""
        where = ", ".join(part for part in (place, field) if part)
        sentence = problem_sentence(texts, problem)
        lines.append(f"{where}: {sentence}" if where else sentence)
    return lines
