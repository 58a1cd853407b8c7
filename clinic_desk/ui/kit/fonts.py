"""Loads Inter, the typeface of the window, from the program's own folder.

A machine without the files still shows text: the system's own sans serif then takes its place.
"""

from typing import Final

from PySide6.QtGui import QFontDatabase

from clinic_desk.resources import resource_path

FAMILY: Final = "Inter"
FALLBACKS: Final = ("Segoe UI", "Noto Sans", "DejaVu Sans")

_loaded: list[str] = []


def load_fonts() -> list[str]:
    """The family names to ask for, best first. Reads the files once, after QApplication is made."""
    if _loaded:
        return list(_loaded)
    families: list[str] = []
    try:
        folder = resource_path("fonts")
    except FileNotFoundError:
        paths = []
    else:
        paths = sorted(
            p for p in folder.iterdir() if p.name.startswith("Inter") and p.suffix in (".ttf", ".otf")
        )
    for path in paths:
        number = QFontDatabase.addApplicationFont(str(path))
        for family in QFontDatabase.applicationFontFamilies(number) if number >= 0 else []:
            if family not in families:
                families.append(family)
    families.sort(key=lambda family: family != FAMILY)
    _loaded.extend([*families, *FALLBACKS])
    return list(_loaded)
