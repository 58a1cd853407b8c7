"""The whole program by keys: few keys, no clipped or foreign word.

The tests that use it are a file a language, since a walk mostly waits and files run beside each other.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from clinic_desk.commands.tour import walk
from clinic_desk.services.clock import FixedClock
from clinic_desk.texts import Language
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.main_window import MainWindow

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
MOST_KEYS = 12
LOOKS = [("light", 100), ("dark", 125), ("light", 150)]
"""What a size does to the words; colours do nothing to them."""


def walk_every_screen(language: Language, theme: str, scale: int, tmp_path: Path) -> None:
    """Walks the whole tour; every word is whole and of the language, few keys lead to the slip."""
    faults: list[str] = []
    seen: list[str] = []

    def observe(step: str, window: MainWindow) -> None:
        seen.append(step)
        faults.extend(f"{step}: clipped {label}" for label in clipped_labels(window))
        faults.extend(f"{step}: not {language}: {label}" for label in untranslated(window, language))
        assert (window.width(), window.height()) == (1366, 768)
        if not window.isActiveWindow():
            faults.append(f"{step}: another window took the keys")

    folder = tmp_path / "pictures"
    folder.mkdir()
    asked = argparse.Namespace(
        profile=None, theme=theme, scale=scale, people=400, main_job=False, clock=FixedClock(NOW)
    )
    told = walk(asked, language, folder, tmp_path, observe)

    assert not faults, "\n".join(faults)
    assert told["keys_after_iin"] <= MOST_KEYS
    assert len(seen) == len(told["steps"]) == len(list(folder.glob("*.png")))
    assert (folder / told["slip"]).read_bytes().startswith(b"%PDF")
    assert {"card", "referral-filled", "issued", "register-duplicates", "import-preview"} <= set(seen)
