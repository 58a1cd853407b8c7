"""The whole program by keys in each language, theme and size: few keys, no clipped or foreign word."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import pytest

from clinic_desk.commands.tour import walk
from clinic_desk.services.clock import FixedClock
from clinic_desk.texts import Language
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.main_window import MainWindow

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
MOST_KEYS = 12
LOOKS = [
    (language, theme, scale) for language in Language for theme in ("light", "dark") for scale in (100, 125)
]
LOOKS += [(language, "light", 150) for language in Language]


@pytest.mark.parametrize(("language", "theme", "scale"), LOOKS)
def test_every_screen_speaks_one_language_and_clips_nothing(
    language: Language, theme: str, scale: int, tmp_path: Path
) -> None:
    faults: list[str] = []
    seen: list[str] = []

    def observe(step: str, window: MainWindow) -> None:
        seen.append(step)
        faults.extend(f"{step}: clipped {label}" for label in clipped_labels(window))
        faults.extend(f"{step}: not {language}: {label}" for label in untranslated(window, language))
        assert (window.width(), window.height()) == (1366, 768)

    folder = tmp_path / "pictures"
    folder.mkdir()
    asked = argparse.Namespace(
        profile=None, theme=theme, scale=scale, people=400, main_job=False, clock=FixedClock(NOW)
    )
    told = walk(asked, language, folder, tmp_path, observe)

    assert faults == []
    assert told["keys_after_iin"] <= MOST_KEYS
    assert len(seen) == len(told["steps"]) == len(list(folder.glob("*.png")))
    assert (folder / told["slip"]).read_bytes().startswith(b"%PDF")
    assert {"card", "referral-filled", "issued", "register-duplicates", "import-preview"} <= set(seen)
