"""Settings of the profile: the clinic, the desk, the printer, the look. Stored as named JSON values."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from clinic_desk.domain.clinic import ClinicProfile, Desk
from clinic_desk.domain.numbers import normalise_desk_code
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Look:
    """How the window looks. `language` kk, ru, en; `theme` light or dark; `scale` 100, 125, 150 per cent."""

    language: str = "kk"
    theme: str = "light"
    scale: int = 100


@dataclass(frozen=True, slots=True)
class Printing:
    """Where slips go. `printer` empty means the system's default; `paper` is a5 or a4 (two on one sheet)."""

    printer: str = ""
    paper: str = "a5"
    copies: int = 1
    deadline_s: int = 15


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """All settings at once."""

    clinic: ClinicProfile = field(default_factory=ClinicProfile)
    desk: Desk = field(default_factory=Desk)
    look: Look = field(default_factory=Look)
    printing: Printing = field(default_factory=Printing)


_PARTS: dict[str, type] = {"clinic": ClinicProfile, "desk": Desk, "look": Look, "printing": Printing}


class SettingsService:
    """Reads and changes the settings of the profile."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def read(self) -> DeskSettings:
        """The settings, with defaults for what was never set."""
        with self._store.read() as work:
            return DeskSettings(
                **{name: _known(kind, work.settings.get(name)) for name, kind in _PARTS.items()}
            )

    def change(self, settings: DeskSettings, actor: Actor) -> Change:
        """The parts that differ are saved, each with a line in the audit log.

        Raises:
            InvalidNumber: when the desk code cannot stand in a number.
        """
        normalise_desk_code(settings.desk.code)
        with self._store.write() as work:
            for name, kind in _PARTS.items():
                new = asdict(getattr(settings, name))
                old = asdict(_known(kind, work.settings.get(name)))
                changed = sorted(key for key in new if new[key] != old[key])
                if changed:
                    work.settings.put(name, new)
                    work.audit.write(
                        AuditEntry(
                            self._clock.now(),
                            actor.user,
                            actor.desk.code,
                            "settings.change",
                            "settings",
                            name,
                            changed,
                        )
                    )
            work.commit()
        return Change.of(Kind.SETTINGS)


def clinic_of(work: UnitOfWork) -> ClinicProfile:
    """The clinic as its papers and messages name it."""
    known: ClinicProfile = _known(ClinicProfile, work.settings.get("clinic"))
    return known


def _known(kind: type, stored: Any) -> Any:
    """The stored values the program knows; a newer program's extra ones are left alone."""
    names = {f.name for f in fields(kind)}
    return kind(**{key: value for key, value in (stored or {}).items() if key in names})
