"""`tour DIR`: the main job and every screen, driven by key events, with a picture of each step."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinic_desk.commands.terminal import DONE, Terminal
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import ReferralId
from clinic_desk.profile.directory import ProfileChoice
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.texts import Language

if TYPE_CHECKING:
    from clinic_desk.bootstrap import OpenProfile
    from clinic_desk.practice.population import PersonRow
    from clinic_desk.services.desk import DeskServices
    from clinic_desk.ui.main_window import MainWindow
    from clinic_desk.ui.program import Program
    from clinic_desk.ui.tour.cast import Cast
    from clinic_desk.ui.tour.walk import Walked

_PEOPLE = 3_000
_SERVICE = "кар"
_DIAGNOSIS = "i10"
_REASON_KEY = "3"
_FRESH_MINUTES = 8 * 60
_USABLE_MINUTES = 25 * 24 * 60


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser = commands.add_parser("tour", parents=[common], help="draw every screen into a folder")
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--scale", type=int, choices=(100, 125, 150), default=100)
    parser.add_argument("--people", type=int, default=_PEOPLE, metavar="N", help=argparse.SUPPRESS)
    parser.add_argument("--main-job", action="store_true", help="only from the IIN to the slip")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Walks through a practice clinic of its own, or the one that `--profile` names. Nothing is printed."""
    folder: Path = arguments.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ClinicDeskError("commands.folder_not_made") from error
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    language = Language(arguments.lang or terminal.language)
    place = Path(tempfile.mkdtemp(prefix="clinic-desk-tour-"))
    try:
        told = walk(arguments, language, folder, place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    (folder / "tour.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    steps = len(told["steps"])
    terminal.result(told, [terminal.texts.say("commands.tour_done", n=steps)])
    return DONE


Observer = Callable[[str, "MainWindow"], object]
"""Told the name of a step when its picture is taken, with the window as it is then."""


def _nobody(step: str, window: MainWindow) -> None:
    """Nobody watches."""


def walk(
    arguments: argparse.Namespace, language: Language, folder: Path, place: Path, observer: Observer = _nobody
) -> dict[str, Any]:
    """The walk in a practice clinic under `place`, with its pictures in `folder`; what `tour.json` says."""
    from clinic_desk.ui.program import make_program
    from clinic_desk.ui.tour.hands import Hands
    from clinic_desk.ui.tour.walk import Walk

    clinic_folder = arguments.choice.path if arguments.profile else place / "practice"
    opener = _Opener(clinic_folder, place, arguments.clock, arguments.people)
    kept = _FixedLook(language.value, arguments.theme, arguments.scale)
    program = make_program(opener, language=language, is_practice=True, kept=kept)
    program.window.show()
    hands = Hands(program.window, program.jobs)
    try:
        hands.wait_for("clinic", lambda: program.clinic is not None, patience_s=120)
        clinic: Any = program.clinic
        way = Walk(program.window, clinic, hands, folder, observer)
        cast = _cast(program, place)
        way.main_job(cast)
        memory = _memory_mb()
        walked = way.walked
        slip = folder / "slip.pdf"
        assert program.profile is not None  # noqa: S101 - the clinic is open
        slip.write_bytes(program.profile.desk.slips.pdf(ReferralId(walked.referral_id), copy_no=0))
        if not arguments.main_job:
            _draw_leaflet(program.profile.desk, cast, folder)
            way.screens(cast)
    finally:
        program.end()
    return _told(walked, memory)


def _draw_leaflet(desk: DeskServices, cast: Cast, folder: Path) -> None:
    """The leaflet of the person without insurance lies beside the slip."""
    from clinic_desk.practice.showcase import UNINSURED_DIABETES

    patient = desk.patients.by_iin(cast.roles[UNINSURED_DIABETES])
    if patient is not None:
        (folder / "leaflet.pdf").write_bytes(desk.leaflets.pdf(patient.id))


def _told(walked: Walked, memory_mb: float | None) -> dict[str, Any]:
    return {
        "steps": walked.steps,
        "slip": "slip.pdf",
        "number": walked.number,
        "keys_after_iin": walked.keys_after_iin,
        "memory_mb": memory_mb,
    }


def _memory_mb() -> float | None:
    """What the program holds now, as the system counts it; None where that cannot be told."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError):
        return None
    return round(pages * os.sysconf("SC_PAGE_SIZE") / (1024 * 1024), 1)


class _Opener:
    """Opens a practice clinic in a folder of its own, without a printer."""

    def __init__(self, path: Path, state: Path, clock: Any, people: int) -> None:
        self._choice = ProfileChoice(path, ProfileKind.PRACTICE)
        self._state = state
        self._clock = clock
        self._people = people

    def open(self, ask: object) -> OpenProfile:
        """See `ProfileOpener`."""
        from clinic_desk.bootstrap import open_profile
        from clinic_desk.printing.no_printer import NoPrinter

        opened = open_profile(self._choice, clock=self._clock, printer=NoPrinter(), state=self._state)
        # States of the exchange are shown as they are announced: nobody is there to exchange with.
        opened.sync = None
        return opened

    def prepare(self, profile: Any, progress: Any, cancelled: Any) -> None:
        """See `ProfileOpener`."""
        from clinic_desk.bootstrap import make_practice_clinic

        make_practice_clinic(profile, self._people, progress, cancelled)


class _FixedLook:
    """The look the tour was asked for; nothing is kept."""

    def __init__(self, language: str, theme: str, scale: int) -> None:
        self._look = {"language": language, "theme": theme, "scale": scale}

    def read(self) -> dict[str, Any]:
        """See `KeptLook`."""
        return self._look

    def write(self, language: str, theme: str, scale: int) -> None:
        """See `KeptLook`."""


def _cast(program: Program, place: Path) -> Cast:
    from clinic_desk.practice.exchange import stage_trouble
    from clinic_desk.practice.names import russian_spelling
    from clinic_desk.practice.population import people
    from clinic_desk.practice.seeding import made_as
    from clinic_desk.practice.showcase import showcase
    from clinic_desk.ui.tour.cast import Cast

    assert program.profile is not None  # noqa: S101 - the clinic is open
    made = made_as(program.profile.store)
    if made is None:
        raise ClinicDeskError("tour.failed", step="people")
    count, today = made
    rows = [row for row in people(count, today=today) if row.attached and _is_adult(row, today)]
    insured = next(
        row
        for row in rows
        if row.insurance_status == "insured_contributions"
        and row.phone
        and _is_fresh(row, today)
        and not _was_referred(program, row)
    )
    twin = next(
        row
        for row in rows
        if russian_spelling(row.surname) != row.surname and row.patronymic and row is not insured
    )
    return Cast(
        insured_iin=insured.iin,
        insured_name=insured.surname,
        uninsured_iin=next(
            row.iin for row in rows if row.insurance_status == "uninsured" and _may_be_acted_on(row, today)
        ),
        unchecked_iin=next(row.iin for row in rows if row.insurance_status == "unknown"),
        surname_start=insured.surname[:4].lower(),
        typed_service=_SERVICE,
        typed_diagnosis=_DIAGNOSIS,
        reason_key=_REASON_KEY,
        twin_surname=russian_spelling(twin.surname),
        twin_given_name=russian_spelling(twin.given_name),
        twin_birth_date=f"{twin.birth_date:%d%m%Y}",
        supplier_list=_supplier_list(place),
        roles={one.role: one.person.iin for one in showcase(today)},
        stage_trouble=partial(
            stage_trouble, program.profile.store, program.profile.desk.clock.now(), insured.iin
        ),
    )


def _is_adult(row: PersonRow, today: dt.date) -> bool:
    return 25 <= today.year - row.birth_date.year <= 60


def _was_referred(program: Program, row: PersonRow) -> bool:
    """Whether the person has referrals, so that one more for the same service would ask for a reason."""
    assert program.profile is not None  # noqa: S101 - the clinic is open
    with program.profile.store.read() as work:
        patient = work.patients.by_iin(row.iin)
        return patient is None or bool(work.referrals.of_patient(patient.id))


def _is_fresh(row: PersonRow, today: dt.date) -> bool:
    from clinic_desk.practice.evidence import evidence_for

    answer = evidence_for(row, today=today)
    return answer is not None and bool(answer.months) and answer.checked_minutes_ago < _FRESH_MINUTES


def _may_be_acted_on(row: PersonRow, today: dt.date) -> bool:
    """Whether the person's answer is not too old: an old "no" stops nobody."""
    from clinic_desk.practice.evidence import evidence_for

    answer = evidence_for(row, today=today)
    return answer is not None and answer.checked_minutes_ago < _USABLE_MINUTES


def _supplier_list(place: Path) -> Path:
    """A made-up list as the Fund might give it: Windows-1251, semicolons, some rows with a fault."""
    path = place / "postavshiki.csv"
    path.write_bytes("".join(f"{line}\r\n" for line in _supplier_lines()).encode("cp1251"))
    return path


@dataclass(frozen=True, slots=True)
class _Line:
    bin: str
    name: str
    role: str = "Поставщик"
    included: str = "01.01.2026"


def _supplier_lines() -> Iterator[str]:
    from clinic_desk.practice.iins import made_up_bin

    yield "БИН/ИИН;Наименование;Регион;Вид помощи;Роль;Дата включения;Состояние"
    faults = {
        17: lambda row: replace(row, bin=row.bin[:11]),
        58: lambda row: replace(row, bin=f"{row.bin[:7]}О{row.bin[8:]}"),
        131: lambda row: replace(row, role="Партнёр"),
        204: lambda row: replace(row, included="31.02.2026"),
        377: lambda row: replace(row, name='=HYPERLINK("x")'),
    }
    for place in range(1, 412):
        row = _Line(made_up_bin(500 + place, registered=dt.date(2010, 5, 3)), f"Учебный центр № {place}")
        row = faults[place](row) if place in faults else row
        name = row.name.replace('"', '""')
        yield f'{row.bin};"{name}";Астана;КДУ;{row.role};{row.included};включён'
