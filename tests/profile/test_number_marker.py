"""The marker is durable, never goes back, and never claims what it cannot prove."""

import json
import shutil
from pathlib import Path

import pytest

from clinic_desk.durable_file import FileNotSaved
from clinic_desk.profile.number_marker import NumberMarker
from clinic_desk.services.ports import MarkerState, NumberMarkerPort


def test_what_was_reserved_and_closed_is_read_by_the_next_program(tmp_path: Path) -> None:
    marker: NumberMarkerPort = NumberMarker(tmp_path)
    assert marker.read() is None
    marker.reserve("A7", 20)
    assert NumberMarker(tmp_path).read() == MarkerState("A7", 20, None)
    marker.close("A7", 13)
    assert NumberMarker(tmp_path).read() == MarkerState("A7", 20, 13)
    marker.reserve("A7", 33)
    assert NumberMarker(tmp_path).read() == MarkerState("A7", 33, None)
    assert (tmp_path / "numbers.json").stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["numbers.json"]


def test_within_a_series_the_mark_never_goes_back(tmp_path: Path) -> None:
    marker = NumberMarker(tmp_path)
    marker.reserve("A7", 400)
    marker.reserve("A7", 20)
    assert marker.read() == MarkerState("A7", 400, None)
    marker.close("A7", 500)
    assert marker.read() == MarkerState("A7", 500, 500)


def test_a_new_series_begins_anew(tmp_path: Path) -> None:
    marker = NumberMarker(tmp_path)
    marker.reserve("A7", 400)
    marker.reserve("B1", 20)
    assert marker.read() == MarkerState("B1", 20, None)
    marker.close("C2", 5)
    assert marker.read() == MarkerState("C2", 5, 5)


GOOD = {"format": 1, "series": "A7", "reserved_to": 20, "closed_at": None}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        json.dumps(GOOD)[:-5],
        json.dumps(GOOD | {"format": 2}),
        json.dumps(GOOD | {"series": ""}),
        json.dumps(GOOD | {"series": 7}),
        json.dumps(GOOD | {"reserved_to": -1}),
        json.dumps(GOOD | {"reserved_to": "20"}),
        json.dumps(GOOD | {"reserved_to": 20.0}),
        json.dumps(GOOD | {"reserved_to": True}),
        json.dumps(GOOD | {"closed_at": "13"}),
        json.dumps(GOOD)[:-1] + ', "reserved_to": 1}',
        json.dumps(GOOD) + " " * 70_000,
    ],
)
def test_a_damaged_file_proves_nothing_and_can_be_written_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "numbers.json").write_text(text)
    marker = NumberMarker(tmp_path)
    assert marker.read() is None
    marker.reserve("B1", 20)
    assert marker.read() == MarkerState("B1", 20, None)


def test_binary_rubbish_and_a_folder_in_its_place_prove_nothing(tmp_path: Path) -> None:
    (tmp_path / "numbers.json").write_bytes(bytes(range(256)))
    assert NumberMarker(tmp_path).read() is None
    (tmp_path / "numbers.json").unlink()
    (tmp_path / "numbers.json").mkdir()
    assert NumberMarker(tmp_path).read() is None


def test_a_reservation_that_is_not_durable_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotSaved):
        NumberMarker(tmp_path / "gone").reserve("A7", 20)


@pytest.mark.parametrize(("series", "counter"), [("", 1), ("A7", -1)])
def test_nonsense_is_refused(tmp_path: Path, series: str, counter: int) -> None:
    with pytest.raises(ValueError, match="series"):
        NumberMarker(tmp_path).reserve(series, counter)
    with pytest.raises(ValueError, match="series"):
        NumberMarker(tmp_path).close(series, counter)
    assert list(tmp_path.iterdir()) == []


def test_every_state_and_every_copy_has_its_own_place(tmp_path: Path) -> None:
    marker = NumberMarker(tmp_path)
    assert marker.place() == ""
    places = set()
    for counter in (20, 40, 60):
        marker.reserve("A7", counter)
        places.add(marker.place())
        assert marker.place() == NumberMarker(tmp_path).place()
    marker.close("A7", 55)
    places.add(marker.place())
    copy = tmp_path / "copy.json"
    shutil.copy2(tmp_path / "numbers.json", copy)
    copy.replace(tmp_path / "numbers.json")
    places.add(marker.place())
    assert len(places) == 5
    assert marker.read() == MarkerState("A7", 60, 55)
