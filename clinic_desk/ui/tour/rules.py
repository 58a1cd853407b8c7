"""The rule tables: what is in force, a new table with its preview, a table that is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clinic_desk.services.rules_of_the_day import shipped_documents
from clinic_desk.ui.rules.rules_flow import View
from clinic_desk.ui.rules.rules_page import RulesPage
from clinic_desk.ui.tour.cast import Cast


def walk_rules(walk: Any, cast: Cast) -> None:
    """Drives the walk through the screen."""
    folder = cast.supplier_list.parent

    def page() -> RulesPage:
        found = walk.window.page("rules")
        assert isinstance(found, RulesPage)  # noqa: S101 - the section's own page
        return found

    def open_file(path: Path, view: View) -> None:
        # A file chooser belongs to the system and differs from one to the other: the file is handed over.
        page().open_file(path)
        walk.hands.wait_for("rules", lambda: page().flow.view is view)

    walk.step("rules", lambda: walk.go("rules"), first="Esc")
    walk.step("rules-rows", lambda: walk.hands.press("Down"))
    walk.step("rules-preview", lambda: open_file(_next_year(folder), View.PREVIEW))
    walk.step("rules-applied", lambda: walk.hands.press("Ctrl+Enter"))
    walk.step("rules-refused", lambda: open_file(_faulty(folder), View.REFUSED))
    walk.hands.press("Esc")


def _next_year(folder: Path) -> Path:
    """A made-up order of the clinic, in force from New Year on."""
    document = json.loads(json.dumps(shipped_documents()["limits"]))
    document["takes_effect_on"] = "2027-01-01"
    for row in document["rows"]:
        if row["limit"] == "referral_validity_days":
            row |= {"value": 20, "source": "Set by the organisation"}
        if row["limit"] == "insurance_recheck_days":
            row |= {"value": 14}
    return _written(folder / "limits.json", document)


def _faulty(folder: Path) -> Path:
    """A calendar in which some rows contradict themselves or each other."""
    document = json.loads(json.dumps(shipped_documents()["working_calendar"]))
    rows = [row for row in document["rows"] if row["date"].startswith("2026")]
    rows[2]["date"] = rows[1]["date"]
    rows[4]["kind"] = "long_weekend"
    rows[5]["source"] = ""
    rows[7]["date"] = "2026-02-30"
    return _written(folder / "working_calendar.json", {**document, "rows": rows})


def _written(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path
