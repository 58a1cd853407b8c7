"""Shipped files are found, and the fonts can write every language of the program."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from clinic_desk import resources
from clinic_desk.resources import read_json, resource_path

ROOT = Path(__file__).parent.parent
KAZAKH = "әғқңөұүһіӘҒҚҢӨҰҮҺІ"
RUSSIAN = "".join(chr(c) for c in range(ord("А"), ord("я") + 1)) + "Ёё"
SIGNS = "₸«»–—№·…•"


@pytest.mark.parametrize(
    "name",
    [
        "Inter-Regular.otf",
        "Inter-Medium.otf",
        "Inter-SemiBold.otf",
        "NotoSans-Regular.ttf",
        "NotoSans-Bold.ttf",
    ],
)
def test_fonts_have_every_letter(name: str) -> None:
    letters = TTFont(resource_path("fonts", name)).getBestCmap()
    assert [c for c in KAZAKH + RUSSIAN + SIGNS if ord(c) not in letters] == []


def test_each_font_lies_beside_its_licence() -> None:
    families = {path.name.split("-")[0] for path in resource_path("fonts").iterdir()}
    for family in families:
        assert "SIL OPEN FONT LICENSE" in resource_path("fonts", f"{family}-OFL.txt").read_text("utf-8")


def test_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"fonts/Papyrus\.ttf"):
        resource_path("fonts", "Papyrus.ttf")


def test_json_is_a_new_value_each_time() -> None:
    read_json("texts", "calendar.json").clear()
    assert read_json("texts", "calendar.json")


def test_frozen_program_finds_its_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "clinic_desk" / "resources" / "texts").mkdir(parents=True)
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "nowhere" / "clinic_desk" / "resources.py"))
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    resources._root.cache_clear()
    try:
        assert resource_path("texts") == tmp_path / "clinic_desk" / "resources" / "texts"
    finally:
        resources._root.cache_clear()


def test_words_are_spoken_without_qt() -> None:
    program = "import sys, clinic_desk.texts as t; t.Texts(t.Language.KK).month_short(1); print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.split()
    assert "clinic_desk.texts" in modules
    assert not [name for name in modules if name.startswith(("PySide6", "sqlalchemy", "reportlab"))]


def test_every_runtime_dependency_is_licensed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    table = resource_path("licences", "THIRD-PARTY.md").read_text("utf-8").lower()
    names = [re.split(r"[<>=;\[ ]", item)[0].lower() for item in project["dependencies"]]
    locked = re.findall(
        r"^([a-z0-9-]+)==", (ROOT / "packaging/lock/runtime.txt").read_text("utf-8"), re.MULTILINE
    )
    assert set(names) <= set(locked)
    assert [name for name in locked if f"| {name} |" not in table] == []


def test_lock_names_no_host_and_hashes_every_file() -> None:
    for path in (ROOT / "packaging" / "lock").glob("*.txt"):
        text = path.read_text("utf-8")
        assert not re.search(r"https?:|index-url|find-links|file:", text), path.name
        requirements = re.split(r"\n(?=\S)", text.strip())
        assert all("--hash=sha256:" in requirement for requirement in requirements), path.name


def test_test_lock_agrees_with_runtime_lock() -> None:
    runtime, dev = (
        dict(
            re.findall(
                r"^([a-z0-9-]+)==(\S+)",
                (ROOT / f"packaging/lock/{name}.txt").read_text("utf-8"),
                re.MULTILINE,
            )
        )
        for name in ("runtime", "dev")
    )
    assert runtime.items() <= dev.items()
