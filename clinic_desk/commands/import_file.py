"""`import KIND FILE`: a foreign list into the store, by the same rules as at the window."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from clinic_desk.commands import import_rules
from clinic_desk.commands.import_rules import day_of
from clinic_desk.commands.opened import opened
from clinic_desk.commands.terminal import DONE, REFUSED, UNUSABLE, Terminal
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.imports.columns import InvalidMapping
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.map_option import parse_map_option
from clinic_desk.domain.imports.rows import RowProblem
from clinic_desk.domain.imports.table import Limits, UnusableFile
from clinic_desk.import_sentences import advice_sentence, import_error_sentence, problem_sentence
from clinic_desk.services.actor import Actor
from clinic_desk.services.imports import (
    BadRows,
    ColumnsNotClear,
    Imported,
    ImportRow,
    ImportService,
    Outcome,
    Preview,
    fields_of,
)
from clinic_desk.tabular.encoding import CODECS
from clinic_desk.tabular.reader import read_list

_DEFAULT: Final = Limits()
# Ten clinics' worth of people; what guards against hostile files stays as it is.
_LARGE: Final = Limits(size_bytes=256 * 1024 * 1024, rows=1_000_000)
_RULES: Final = "rules"
_KINDS: Final = [*(kind.value for kind in ImportKind), _RULES]
_LISTED: Final = 200


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser(
        "import",
        parents=[common],
        help="load a list from a CSV or XLSX file, or a rule table (JSON too)",
        description="Exit code 0: all rows are good; 1: some rows are bad; 2: the file cannot be used. "
        f"A file may have {_DEFAULT.rows} rows and {_DEFAULT.size_bytes // 1024**2} MB, "
        f"with --large {_LARGE.rows} rows and {_LARGE.size_bytes // 1024**2} MB.",
    )
    parser.add_argument("kind", choices=_KINDS, metavar="KIND", help=", ".join(_KINDS))
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--map",
        metavar="FIELD=HEADING,...",
        default="",
        help="which column is which field; remembered for the next list. #3 is the third column, "
        "nothing after = leaves the field out",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    parser.add_argument("--skip-bad", action="store_true", help="load the good rows although others are bad")
    parser.add_argument("--encoding", choices=sorted(CODECS), help="of a text file; found out by default")
    parser.add_argument("--sheet", metavar="NAME", help="of a workbook; the first with a table by default")
    parser.add_argument("--large", action="store_true", help="allow a large file, see above")
    rules = parser.add_argument_group("rules", "a rule table is taken in as a whole, from a day on")
    rules.add_argument("--takes-effect", metavar="DAY", type=day_of, help="2026-01-31; today by default")
    rules.add_argument("--reason", metavar="TEXT", default="", help="the order behind it, for the log")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Loads the list, or says why not; every bad row is named."""
    if arguments.kind == _RULES:
        return import_rules.run(arguments, terminal)
    try:
        mapping = parse_map_option(arguments.map) if arguments.map else {}
        table, file_hash = read_list(
            arguments.file,
            limits=_LARGE if arguments.large else _DEFAULT,
            encoding=arguments.encoding,
            sheet=arguments.sheet,
            progress=_Progress(terminal, "reading"),
        )
        # The store is opened only now: a file that cannot be read changes nothing, not even a profile.
        with opened(arguments.choice, clock=arguments.clock) as profile:
            service = profile.imports
            columns = service.columns(ImportKind(arguments.kind), table.headings, mapping)
            imported = None
            if arguments.dry_run:
                preview = service.preview(
                    columns.kind, table, columns, _Progress(terminal, "comparing"), lambda: False
                )
            else:
                preview = service.unseen(columns.kind, table, columns)
                actor = profile.desk.actor()
                imported, preview = _apply(service, preview, actor, arguments, terminal, file_hash)
    except ColumnsNotClear as error:
        terminal.problem(f"{import_error_sentence(terminal.texts, error)} {_map_hint(terminal, error)}")
        return UNUSABLE
    except (UnusableFile, InvalidMapping) as error:
        hint = f" {terminal.texts.say('import_command.large')}" if _is_for_large(error, arguments) else ""
        terminal.problem(import_error_sentence(terminal.texts, error) + hint)
        return UNUSABLE
    _report(terminal, preview, imported, arguments)
    return REFUSED if preview.refused else DONE


def _apply(
    service: ImportService,
    preview: Preview,
    actor: Actor,
    arguments: argparse.Namespace,
    terminal: Terminal,
    file_hash: str,
) -> tuple[Imported | None, Preview]:
    """What was loaded, None when bad rows forbid it; and every row as the store saw it."""
    try:
        imported, _ = service.apply(
            preview,
            actor,
            skip_bad=arguments.skip_bad,
            progress=_Progress(terminal, "loading"),
            cancelled=lambda: False,
            file_hash=file_hash,
        )
    except BadRows as error:
        return None, error.preview
    return imported, replace(preview, rows=imported.rows, counts=imported.counts)


def _report(
    terminal: Terminal, preview: Preview, imported: Imported | None, arguments: argparse.Namespace
) -> None:
    texts, table = terminal.texts, preview.table
    counts = imported.counts if imported else preview.counts
    errors = [error for row in preview.refused for error in _errors(terminal, row)]
    data = {
        "rows": len(preview.rows),
        "new": counts[Outcome.NEW],
        "changed": counts[Outcome.CHANGED],
        "same": counts[Outcome.SAME],
        "refused": counts[Outcome.REFUSED],
        "passed_over": counts[Outcome.PASSED_OVER],
        "errors": errors,
        "warnings": sum(len(row.parsed.warnings) for row in preview.rows),
        "warnings_by_code": _by_code(row.parsed.warnings for row in preview.rows),
        "notes_by_code": _by_code(row.parsed.notes for row in preview.rows),
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "sheet": table.sheet,
        "columns": {name: table.headings[index] for name, index in preview.columns.found.items()},
        "unknown_columns": list(preview.columns.unknown),
        "applied": imported is not None,
        "import_id": imported.import_id if imported else None,
    }
    numbers = {name: texts.number(counts[outcome]) for name, outcome in _OUTCOMES.items()}
    lines = [texts.say(f"import_command.{_outcome(imported, arguments)}", **numbers)]
    for error in errors[:_LISTED]:
        key = "import_command.bad_cell" if error["column"] else "import_command.bad_row"
        lines.append(texts.say(key, **error).rstrip())
    if len(errors) > _LISTED:
        lines.append(texts.say("import_command.more", n=len(errors) - _LISTED))
    terminal.result(data, lines)
    if preview.refused and imported is None and not arguments.dry_run:
        terminal.problem(texts.say("import_command.refused", n=len(preview.refused)))


_OUTCOMES: Final = {
    "new": Outcome.NEW,
    "changed": Outcome.CHANGED,
    "same": Outcome.SAME,
    "refused": Outcome.REFUSED,
    "passed_over": Outcome.PASSED_OVER,
}


def _outcome(imported: Imported | None, arguments: argparse.Namespace) -> str:
    if imported is not None:
        return "applied"
    return "would" if arguments.dry_run else "not_applied"


def _errors(terminal: Terminal, row: ImportRow) -> list[dict[str, Any]]:
    texts = terminal.texts
    return [
        {
            "row": row.line,
            "column": problem.column,
            "code": problem.code,
            "message": problem_sentence(texts, problem),
            "advice": advice_sentence(texts, problem),
            "value": problem.value,
            "hint": problem.hint,
        }
        for problem in row.parsed.problems
    ]


def _by_code(remarks: Iterable[Sequence[RowProblem]]) -> dict[str, int]:
    return dict(sorted(Counter(remark.code for some in remarks for remark in some).items()))


def _map_hint(terminal: Terminal, error: ColumnsNotClear) -> str:
    groups = [*error.columns.missing_required, *((one.field,) for one in error.columns.ambiguous)]
    fields = [name for name in fields_of(error.columns.kind).names if any(name in group for group in groups)]
    headings = ", ".join(f"«{heading}»" for heading in error.columns.headings if heading)
    return terminal.texts.say("import_command.map_hint", fields=", ".join(fields), headings=headings)


def _is_for_large(error: ClinicDeskError, arguments: argparse.Namespace) -> bool:
    return error.code in ("too_many_rows", "too_big") and not arguments.large


class _Progress:
    """A line on standard error that counts, where a person watches."""

    def __init__(self, terminal: Terminal, phase: str) -> None:
        self._terminal = terminal
        self._phase = phase
        self._shows = sys.stderr.isatty()

    def __call__(self, done: int, total: int | None) -> None:
        """Shows how far it is."""
        if self._shows:
            texts = self._terminal.texts
            counted = texts.number(done) if total is None else f"{texts.number(done)} / {texts.number(total)}"
            line = texts.say(f"import_command.{self._phase}", counted=counted)
            print(f"\r{line}", end="\n" if done == total else "", file=sys.stderr, flush=True)
