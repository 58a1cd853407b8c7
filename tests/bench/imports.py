"""Importing 100,000 patients, beside the raw build of the same tables and indexes."""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.table import Limits
from clinic_desk.practice.population import people
from clinic_desk.services.actor import Actor
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.imports import ImportService
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.storage.database import open_store
from clinic_desk.storage.engine import SecretKey, open_connection
from clinic_desk.tabular.reader import read_list, read_table
from tests.bench.measure import Report, note
from tests.bench.stores import MOMENT, PROFILE

_PEOPLE = 100_000


def measure_import(report: Report, folder: Path) -> None:
    """The file read, compared, previewed and loaded; the raw build inserts ready rows and nothing else."""
    note("import of 100,000 patients")
    source = folder / "patients.csv"
    _write_list(source)
    limits = Limits(rows=1_000_000, size_bytes=1 << 30)
    path = folder / "import.db"
    path.unlink(missing_ok=True)
    key = os.urandom(32)
    store = open_store(path, key, create=True, profile_id=PROFILE)
    service = ImportService(store, FixedClock(MOMENT), read_list, shipped_book())
    actor = Actor("bench", Desk())
    start = time.perf_counter()
    table = read_table(source, limits=limits)
    columns = service.columns(ImportKind.PATIENTS, table.headings)
    preview = service.preview(ImportKind.PATIENTS, table, columns, _nothing, lambda: False)
    previewed = time.perf_counter() - start
    done, _ = service.apply(preview, actor, skip_bad=False, progress=_nothing, cancelled=lambda: False)
    whole = time.perf_counter() - start
    store.close()
    raw = _raw_build(path, key, folder)
    ours = whole - previewed
    report.say(
        "import_100k_patients",
        n=sum(done.counts.values()),
        p50_ms=None,
        p95_ms=round(ours * 1000),
        baseline_p95_ms=round(raw * 1000),
        ratio=round(ours / raw, 3),
        limit=2,
        ok=ours / raw <= 2,
        preview_ms=round(previewed * 1000),
        with_preview_ratio=round(whole / raw, 3),
    )


def _raw_build(path: Path, key: bytes, folder: Path) -> float:
    """Seconds to insert the same ready rows into an empty store with the same triggers and indexes."""
    target = folder / "raw-import.db"
    target.unlink(missing_ok=True)
    other = os.urandom(32)
    open_store(target, other, create=True, profile_id=PROFILE).close()
    source = open_connection(path, SecretKey(key), read_only=True)
    rows = source.execute("SELECT * FROM patients").fetchall()
    names = [column[1] for column in source.execute("PRAGMA table_info(patients)")]
    source.close()
    raw = open_connection(target, SecretKey(other))
    marks = ", ".join("?" * len(names))
    start = time.perf_counter()
    raw.execute("BEGIN IMMEDIATE")
    raw.executemany(f"INSERT INTO patients ({', '.join(names)}) VALUES ({marks})", rows)
    raw.execute("COMMIT")
    taken = time.perf_counter() - start
    raw.close()
    return taken


def _write_list(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(["ИИН", "Фамилия", "Имя", "Отчество", "Дата рождения", "Пол", "Телефон", "Адрес"])
        for row in people(_PEOPLE, today=MOMENT.date()):
            out.writerow(
                [
                    row.iin,
                    row.surname,
                    row.given_name,
                    row.patronymic,
                    f"{row.birth_date:%d.%m.%Y}",
                    "ж" if row.sex == "F" else "м",
                    row.phone,
                    row.address,
                ]
            )


def _nothing(done: int, total: int | None) -> None:
    """Nobody watches."""
