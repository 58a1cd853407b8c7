"""Importing 50,000 answers about insurance, beside the raw insert of the same rows."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from pathlib import Path

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.table import SourceRow, Table
from clinic_desk.practice.population import people
from clinic_desk.services.actor import Actor
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.identity import new_id
from clinic_desk.services.imports import ImportService
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.storage.engine import SecretKey, open_connection
from clinic_desk.tabular.reader import read_list
from tests.bench.measure import Report, note
from tests.bench.stores import MOMENT, filled

_ASKED = 50_000


def measure_answers(report: Report, folder: Path) -> None:
    """50,000 answers compared and loaded; the raw build inserts the same ready rows and nothing else."""
    note("import of 50,000 insurance answers")
    filled(folder, _ASKED).close()
    copy = folder / "answers"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for path in folder.glob(f"people-{_ASKED}.*"):
        shutil.copy(path, copy)
    place = filled(copy, _ASKED)
    service = ImportService(place.store, FixedClock(MOMENT), read_list, shipped_book())
    lines = [
        SourceRow(line, [row.iin, "да", _written(line), "egov.kz"])
        for line, row in enumerate(people(_ASKED, today=MOMENT.date()), start=2)
    ]
    headings = ("ИИН", "Статус", "Проверено", "Канал")
    table = Table("utf-8", ";", None, (), headings, 1, (), None, lines)
    columns = service.columns(ImportKind.INSURANCE, headings)
    preview = service.unseen(ImportKind.INSURANCE, table, columns)
    start = time.perf_counter()
    actor = Actor("bench", Desk())
    done, _ = service.apply(preview, actor, skip_bad=True, progress=_nothing, cancelled=lambda: False)
    ours = time.perf_counter() - start
    place.close()
    raw = _raw_answers(copy / f"people-{_ASKED}.db", place.key, done.import_id)
    shutil.rmtree(copy)
    report.say(
        "import_50k_answers",
        n=sum(done.counts.values()),
        p50_ms=None,
        p95_ms=round(ours * 1000),
        baseline_p95_ms=round(raw * 1000),
        ratio=round(ours / raw, 3),
        limit=8,
        ok=ours / raw <= 8,
        rows_per_second=round(sum(done.counts.values()) / ours),
    )


def _written(line: int) -> str:
    return f"{MOMENT - dt.timedelta(minutes=line % 500):%d.%m.%Y %H:%M}"


def _raw_answers(path: Path, key: bytes, import_id: str) -> float:
    """Seconds to insert the same answers once more, under other identities, with triggers and indexes."""
    raw = open_connection(path, SecretKey(key))
    names = [column[1] for column in raw.execute("PRAGMA table_info(insurance_checks)")][1:]
    listed = ", ".join(names)
    rows = raw.execute(
        f"SELECT {listed} FROM insurance_checks WHERE id IN "
        "(SELECT row_id FROM import_changes WHERE import_id = ?)",
        (import_id,),
    ).fetchall()
    fresh = [(new_id(), *row[1:]) for row in rows]
    start = time.perf_counter()
    raw.execute("BEGIN IMMEDIATE")
    marks = ", ".join("?" * len(names))
    raw.executemany(f"INSERT INTO insurance_checks ({listed}) VALUES ({marks})", fresh)
    raw.execute("COMMIT")
    taken = time.perf_counter() - start
    raw.close()
    return taken


def _nothing(done: int, total: int | None) -> None:
    """Nobody watches."""
