"""`outbox`: what waits for the upstream, what needs a person, and what came of the last try."""

from __future__ import annotations

import argparse
from typing import Any

from clinic_desk.commands.opened import opened
from clinic_desk.commands.terminal import DONE, Terminal
from clinic_desk.domain.sync.ops import LastAnswer
from clinic_desk.services.sync.deciding.attention_rows import AttentionRow, ConflictRow, ItemFilter
from clinic_desk.texts import Language, Texts

_MOST = 10_000


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser(
        "outbox",
        parents=[common],
        help="what waits for the upstream",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="\n".join(Texts(language).say("upstream.outbox.help") for language in Language),
    )
    parser.add_argument(
        "--show",
        choices=[one.value for one in ItemFilter],
        default=ItemFilter.OPEN.value,
        help="all that is not settled by default",
    )
    parser.add_argument("--limit", type=int, default=500, metavar="N", help=f"at most {_MOST}")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Prints the operations; nobody's name, and IINs masked."""
    limit = max(1, min(arguments.limit, _MOST))
    with opened(arguments.choice, clock=arguments.clock, only_reads=True) as profile:
        attention = profile.desk.attention
        counts = attention.counts()
        rows = [row for row in attention.rows(ItemFilter(arguments.show), limit) if not row.is_alone]
        # Those of an operation that waits stand in its row.
        alone = {row.conflict_id for row in attention.rows(ItemFilter.ATTENTION, _MOST) if row.is_alone}
        differences = [one for one in profile.desk.conflicts.open() if one.id in alone]
    texts = terminal.texts
    data = {
        "waiting": counts.waiting,
        "attention": counts.attention - len(differences),
        "oldest": counts.oldest.isoformat() if counts.oldest else None,
        "rows": [_data(texts, row) for row in rows],
        "differences": [_difference(one) for one in differences],
    }
    first = texts.say(
        "upstream.outbox.counts",
        waiting=counts.waiting,
        attention=counts.attention - len(differences),
        differences=len(differences),
    )
    lines = [*(_difference_line(texts, one) for one in differences), *(_line(texts, row) for row in rows)]
    terminal.result(data, [first, *lines])
    return DONE


def _data(texts: Texts, row: AttentionRow) -> dict[str, Any]:
    return {
        "op_id": row.op_id,
        "state": row.state.value,
        "kind": row.kind.value,
        "patient_id": row.patient_id,
        "iin_masked": row.iin_masked,
        "number": row.number,
        "actor": row.actor,
        "desk": row.desk,
        "acted_at": row.acted_at.isoformat(),
        "attempts": row.attempts,
        "next_try_at": row.next_try_at.isoformat() if row.next_try_at else None,
        "blocked_by": row.blocked_by,
        "answer": _answer(texts, row.answer) if row.answer else None,
    }


def _difference(row: ConflictRow) -> dict[str, Any]:
    """What came by itself and has to be decided: which fields, not their values."""
    return {
        "conflict_id": row.id,
        "kind": row.kind.value,
        "patient_id": row.patient_id,
        "iin_masked": row.iin_masked,
        "opened_at": row.opened_at.isoformat(),
        "fields": [field.field for field in row.fields],
    }


def _difference_line(texts: Texts, row: ConflictRow) -> str:
    parts = (
        texts.moment(row.opened_at),
        texts.say("upstream.outbox.difference"),
        texts.say(f"upstream.outbox.difference_kind.{row.kind}"),
        row.iin_masked or row.patient_id,
    )
    return "  ".join(parts)


def _answer(texts: Texts, answer: LastAnswer) -> dict[str, Any]:
    """The last answer; `said` are the server's own words."""
    return {
        "code": answer.code,
        "message": texts.say(f"sync.answer.{answer.code}"),
        "said": answer.text,
        "status": answer.status,
        "at": answer.at.isoformat(),
    }


def _line(texts: Texts, row: AttentionRow) -> str:
    parts = [
        texts.moment(row.acted_at),
        texts.say(f"sync.state.{row.state}"),
        texts.say(f"sync.kind.{row.kind}"),
        row.number or row.iin_masked or row.patient_id,
        row.actor,
        texts.say("upstream.outbox.tries", n=row.attempts),
    ]
    if row.answer is not None:
        parts.append(texts.say(f"sync.answer.{row.answer.code}"))
        if row.answer.text:
            parts.append(texts.say("upstream.outbox.said", said=row.answer.text))
    return "  ".join(parts)
