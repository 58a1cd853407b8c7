"""The whole program by keys in English, in every size."""

from pathlib import Path

import pytest

from clinic_desk.texts import Language
from tests.ui.tour.every_screen import LOOKS, walk_every_screen


@pytest.mark.parametrize(("theme", "scale"), LOOKS)
def test_every_screen_speaks_english_and_clips_nothing(theme: str, scale: int, tmp_path: Path) -> None:
    walk_every_screen(Language.EN, theme, scale, tmp_path)
