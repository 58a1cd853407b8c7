"""Everything that stands in a store, to be compared: rows of all tables, and what the word indexes find."""

from typing import Any

from clinic_desk.storage.database import SqlStore

# Told by its own words (the log, the outbox, the merges), counted by SQLite, or kept inside the word indexes.
LEFT_OUT = {"audit_log", "outbox", "patient_merges", "sqlite_sequence"}


def everything(store: SqlStore) -> dict[str, list[Any]]:
    """The rows of every table, sorted, with the words of the indexes and the row numbers they lead to."""
    with store.read() as work:
        run = work.history._driver.execute  # type: ignore[attr-defined]
        tables = [
            name
            for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            if name not in LEFT_OUT and not name.startswith(("patient_words", "patient_digits"))
        ]
        tables.remove("patient_vocabulary")
        found = {name: sorted(run(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}
        words = run("SELECT term, doc FROM patient_vocabulary ORDER BY term").fetchall()
        found["patient_vocabulary"] = words
        for term, _ in words:
            found[f"word {term}"] = run(
                "SELECT rowid FROM patient_words WHERE patient_words MATCH ? ORDER BY rowid", (f'"{term}"',)
            ).fetchall()
        for seq, iin, phone in run("SELECT seq, iin, phone FROM patients").fetchall():
            for digits in filter(None, (iin, phone and phone[-10:])):
                rows = run("SELECT rowid FROM patient_digits WHERE patient_digits MATCH ?", (f'"{digits}"',))
                found[f"digits {digits}"] = sorted(rows.fetchall())
                assert (seq,) in found[f"digits {digits}"]
        guards = run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
    return found | {"triggers": guards}
