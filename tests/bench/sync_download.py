"""The first download, beside raw paging and raw inserts of the same rows into the same kind of store."""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from clinic_desk.services.ports import Store
from clinic_desk.storage.engine import SecretKey, open_connection
from tests.bench.measure import Report, note
from tests.bench.sync_desk import EmptyDesk, connect, empty_desk
from tests.bench.window_pulse import WindowPulse

_PAGE = 500
_TABLES = ("patients", "shadows")


def measure_download(report: Report, folder: Path, base: str, people: int, pulse: WindowPulse) -> None:
    """Everybody of the clinic is here; the raw side pages by links and inserts ready rows a page at a time.

    Both keep what they have at each commit, as a download that can be killed must. Ours also looks through
    what came, finds out who is known already, and keeps a line of history and the search's index.
    """
    note(f"first download of {people:,} people")
    with empty_desk(folder, "download") as desk:
        start = time.perf_counter()
        got = pulse.during(lambda: desk.download(connect(base)))
        ours = time.perf_counter() - start
        assert got.no_reply is None and got.bad_reply is None and not got.set_aside, got
        here = _people(desk.store)
        assert here == people, here
        ready = _ready(desk)
    raw, paging = _raw(folder, base, *ready)
    report.at_least(
        "sync_first_download",
        raw / ours,
        limit=0.5,
        n=people,
        per_second=round(people / ours),
        raw_per_second=round(people / raw),
        raw_paging_s=round(paging, 2),
        seconds=round(ours, 2),
    )


def _people(store: Store) -> int:
    with store.read() as work:
        return work.shadows.count("Patient")


def _ready(desk: EmptyDesk) -> tuple[dict[str, str], dict[str, list[tuple[object, ...]]]]:
    """What was written of people, as statements and rows."""
    source = open_connection(desk.path, SecretKey(desk.key), read_only=True)
    statements, rows = {}, {}
    for table in _TABLES:
        names = [column[1] for column in source.execute(f"PRAGMA table_info({table})")]
        where = " WHERE resource_type = 'Patient'" if table == "shadows" else ""
        rows[table] = source.execute(f"SELECT * FROM {table}{where}").fetchall()
        marks = ", ".join("?" * len(names))
        statements[table] = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
    source.close()
    return statements, rows


def _raw(
    folder: Path, base: str, statements: dict[str, str], rows: dict[str, list[tuple[object, ...]]]
) -> tuple[float, float]:
    """Seconds of the whole, and of the paging alone."""
    with empty_desk(folder, "raw-download") as desk:
        raw = open_connection(desk.path, SecretKey(desk.key))
        start, taken, paging = time.perf_counter(), 0, 0.0
        with httpx.Client(base_url=base) as client:
            url = f"{base}/Patient?_sort=_lastUpdated&_count={_PAGE}"
            while url:
                asked = time.perf_counter()
                page = client.get(url).json()
                paging += time.perf_counter() - asked
                count = len(page.get("entry", []))
                raw.execute("BEGIN IMMEDIATE")
                for table, statement in statements.items():
                    raw.executemany(statement, rows[table][taken : taken + count])
                raw.execute("COMMIT")
                taken += count
                url = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
        whole = time.perf_counter() - start
        assert taken == len(rows["shadows"]), taken
        raw.close()
    return whole, paging
