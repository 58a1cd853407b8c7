"""The rows that a merge gives from one person to the other, remembered so that each can go back."""

from __future__ import annotations

from typing import Any, Final, TypedDict

from clinic_desk.storage.statement import UnitDriver

GIVEN: Final = ("insurance_checks", "insurance_failures", "referrals", "attachment_cases")
"""Tables whose rows name a person in `patient_id` and have a row number."""


class Snapshot(TypedDict):
    """What a merge keeps, as JSON.

    `kept`, `gone` and `merged` are whole rows of `patients`: both before, the kept one after. `rows` names by
    table what was given, `removed` holds whole rows that had no place with the kept person, `last` the
    highest row number of each table before.
    """

    kept: dict[str, Any]
    gone: dict[str, Any]
    merged: Any
    rows: dict[str, list[Any]]
    removed: dict[str, list[Any]]
    last: dict[str, int]


def whole_row(driver: UnitDriver, patient_id: str) -> dict[str, Any] | None:
    """Every column of a person, the row number and the stamps too."""
    cursor = driver.execute("SELECT * FROM patients WHERE id = ?", (patient_id,))
    row = cursor.fetchone()
    return None if row is None else dict(zip((each[0] for each in cursor.description), row, strict=True))


def highest(driver: UnitDriver, table: str) -> int:
    """The highest row number, 0 in an empty table."""
    (seq,) = driver.execute(f"SELECT coalesce(max(seq), 0) FROM {table}").fetchone()  # noqa: S608
    return int(seq)


def give_rows(driver: UnitDriver, table: str, gone_id: str, kept_id: str) -> list[int]:
    """The row numbers of the rows that belong to the kept person now."""
    seqs = [
        seq
        for (seq,) in driver.execute(
            f"SELECT seq FROM {table} WHERE patient_id = ? ORDER BY seq",  # noqa: S608 - own names
            (gone_id,),
        )
    ]
    driver.execute(f"UPDATE {table} SET patient_id = ? WHERE patient_id = ?", (kept_id, gone_id))  # noqa: S608
    return seqs


def give_pairs(driver: UnitDriver, gone_id: str, kept_id: str) -> tuple[list[Any], list[Any]]:
    """The keys of the pairs the kept person has now through the other, and the other's own as they were."""
    mine = "first_id = ? OR second_id = ?"
    removed = driver.execute(f"SELECT * FROM patient_pairs WHERE {mine}", (gone_id, gone_id)).fetchall()  # noqa: S608
    driver.execute(f"DELETE FROM patient_pairs WHERE {mine}", (gone_id, gone_id))  # noqa: S608
    given = []
    for first, second, *rest in removed:
        third = second if first == gone_id else first
        if third == kept_id:
            continue
        pair = sorted((kept_id, third))
        added = driver.execute(
            "INSERT OR IGNORE INTO patient_pairs VALUES (?, ?, ?, ?, ?)", (*pair, *rest)
        ).rowcount
        if added == 1:
            given.append(pair)
    return given, [list(row) for row in removed]


def give_drafts(driver: UnitDriver, gone_id: str, kept_id: str) -> tuple[list[Any], list[Any]]:
    """Kind and owner of the half-filled forms that are the kept person's now, and all as they were.

    Where the kept person has a form of that kind and owner, that one counts.
    """
    removed = driver.execute("SELECT * FROM drafts WHERE subject = ?", (gone_id,)).fetchall()
    driver.execute("DELETE FROM drafts WHERE subject = ?", (gone_id,))
    given = []
    for kind, _, owner, payload, saved_at in removed:
        added = driver.execute(
            "INSERT OR IGNORE INTO drafts (kind, subject, owner, payload, saved_at) VALUES (?, ?, ?, ?, ?)",
            (kind, kept_id, owner, payload, saved_at),
        ).rowcount
        if added == 1:
            given.append([kind, owner])
    return given, [list(row) for row in removed]


def take_moves(driver: UnitDriver, seq: int) -> list[Any]:
    """The person's places in moves between districts, which are no more."""
    removed = driver.execute("SELECT * FROM district_move_people WHERE patient = ?", (seq,)).fetchall()
    driver.execute("DELETE FROM district_move_people WHERE patient = ?", (seq,))
    return [list(row) for row in removed]


def give_back(driver: UnitDriver, snapshot: Snapshot, kept_id: str, gone_id: str, seq: int) -> None:
    """Everything that was given goes back; `seq` is the row number of the person who is here again."""
    for table in GIVEN:
        driver.executemany(
            f"UPDATE {table} SET patient_id = ? WHERE seq = ? AND patient_id = ?",  # noqa: S608 - own names
            [(gone_id, row, kept_id) for row in snapshot["rows"][table]],
        )
    driver.executemany(
        "DELETE FROM patient_pairs WHERE first_id = ? AND second_id = ?", snapshot["rows"]["patient_pairs"]
    )
    driver.executemany(
        "INSERT OR IGNORE INTO patient_pairs VALUES (?, ?, ?, ?, ?)", snapshot["removed"]["patient_pairs"]
    )
    _give_drafts_back(driver, snapshot, kept_id)
    driver.executemany(
        "INSERT OR IGNORE INTO district_move_people VALUES (?, ?, ?)",
        [(move, seq, version) for move, _, version in snapshot["removed"]["district_move_people"]],
    )


def _give_drafts_back(driver: UnitDriver, snapshot: Snapshot, kept_id: str) -> None:
    """A form that was saved or thrown away since is not brought back; one that was typed on stays."""
    given = {(kind, owner) for kind, owner in snapshot["rows"]["drafts"]}
    for kind, subject, owner, payload, saved_at in snapshot["removed"]["drafts"]:
        if (kind, owner) in given:
            untouched = driver.execute(
                "DELETE FROM drafts WHERE kind = ? AND subject = ? AND owner = ? AND saved_at = ?",
                (kind, kept_id, owner, saved_at),
            ).rowcount
            if not untouched:
                continue
        driver.execute(
            "INSERT OR IGNORE INTO drafts (kind, subject, owner, payload, saved_at) VALUES (?, ?, ?, ?, ?)",
            (kind, subject, owner, payload, saved_at),
        )
