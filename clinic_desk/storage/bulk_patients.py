"""Keeps the word indexes of patients in step when many are written at once.

Inside a trigger FTS5 writes its index out after every row, because each row is a savepoint to it:
more than all the rest of the row costs. So the triggers are set aside within the transaction and
the indexes filled by one statement at the end, in the order of `seq`, since each step back makes
FTS5 write out too. A rollback brings everything back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from sqlalchemy import Connection

from clinic_desk.storage.statement import driver_connection
from clinic_desk.storage.triggers import set_aside

_SET_ASIDE: Final = ("patient_words_added", "patient_words_changed", "patient_digits_changed")
_CHUNK: Final = 500


@contextmanager
def indexed_afterwards(connection: Connection) -> Iterator[list[str]]:
    """Inside, patients are added and changed without their indexes, which follow at the end.

    The list that comes back is to be filled with the identities of the changed ones.
    """
    driver = driver_connection(connection)
    (last,) = driver.execute("SELECT coalesce(max(seq), 0) FROM patients").fetchone()
    with set_aside(driver, *_SET_ASIDE):
        changed: list[str] = []
        yield changed
        driver.execute(
            "INSERT INTO patient_words (rowid, words) SELECT seq, words FROM patient_indexed WHERE seq > ?",
            (last,),
        )
        driver.execute(
            "INSERT INTO patient_digits (rowid, iin, phone) "
            "SELECT seq, iin, phone FROM patient_indexed WHERE seq > ? ORDER BY seq",
            (last,),
        )
        rest = iter(changed)
        while chunk := list(islice(rest, _CHUNK)):
            marks = ", ".join("?" * len(chunk))
            seqs = [s for (s,) in driver.execute(f"SELECT seq FROM patients WHERE id IN ({marks})", chunk)]  # noqa: S608
            marks = ", ".join("?" * len(seqs))
            for index, columns in (("patient_words", "words"), ("patient_digits", "iin, phone")):
                driver.execute(f"DELETE FROM {index} WHERE rowid IN ({marks})", seqs)  # noqa: S608
                driver.execute(
                    f"INSERT INTO {index} (rowid, {columns}) "  # noqa: S608 - names of this module
                    f"SELECT seq, {columns} FROM patient_indexed WHERE seq IN ({marks}) ORDER BY seq",
                    seqs,
                )
