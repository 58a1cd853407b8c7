"""One authority: its file, what it answers, what it decides and what goes wrong on purpose."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.fhir.reading import identifier_in
from clinic_desk.fhir.systems import key_of, systems
from clinic_desk.practice_authority.bundles import Bundles
from clinic_desk.practice_authority.capability import SUBMITTED
from clinic_desk.practice_authority.decisions import Decisions
from clinic_desk.practice_authority.faults import Faults
from clinic_desk.practice_authority.interactions import Answer, Interactions
from clinic_desk.practice_authority.parts.bureau import Bureau
from clinic_desk.practice_authority.parts.complaints import Complaints
from clinic_desk.practice_authority.parts.fund import Fund, question_in
from clinic_desk.practice_authority.parts.office import Office
from clinic_desk.practice_authority.parts.register import Register, check_person
from clinic_desk.practice_authority.settings import AuthoritySettings
from clinic_desk.practice_authority.sign_in import Doorkeeper
from clinic_desk.practice_authority.store import ResourceStore, Version

_SNAPSHOT: Final = "snapshot"


class Authority:
    """Everything behind the two doors of the server. Used by one thread.

    Raises:
        ClinicDeskError: `practice_server.in_use`, another authority has the folder;
            `practice_server.folder`, it cannot be used.
    """

    def __init__(self, settings: AuthoritySettings) -> None:
        self.settings = settings
        try:
            settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.store = ResourceStore(settings.database_path)
        except sqlite3.OperationalError as error:
            is_taken = "locked" in str(error)
            raise ClinicDeskError(
                "practice_server.in_use" if is_taken else "practice_server.folder"
            ) from error
        except (OSError, sqlite3.DatabaseError) as error:
            raise ClinicDeskError("practice_server.folder") from error
        self.faults = Faults()
        self.door = Doorkeeper(settings)
        self._office = Office(self.store, settings.language)
        self.fund = Fund(self._office)
        self._bureau = Bureau(self._office)
        self._register = Register(self._office)
        parts = (self._bureau, self._register, self.fund, Complaints(self._office))
        self.decisions = Decisions(self.store, settings.delay_s, parts)
        self.one = Interactions(self.store, self._check, self._written)
        self.bundles = Bundles(self.store, self.one)

    @property
    def base(self) -> str:
        """The address of the FHIR side, without a slash at its end."""
        return self.one.base

    def answer_at(self, base: str) -> None:
        """The address under which links are given from now on."""
        self.one.base = base

    def close(self) -> None:
        """The file is closed."""
        with contextlib.suppress(sqlite3.Error):
            self.store.close()

    def submit(self, resource: Mapping[str, Any]) -> Answer:
        """`$submit`: the question is kept and answered at once; under a known key the answer of then."""
        question = question_in(resource)
        key = identifier_in(question, systems().check)
        with self.store.writing():
            asked = self.one.create(question, SUBMITTED, key_of(systems().check, key) if key else "")
            assert asked.version is not None  # noqa: S101 - a create always has one
            answer = self.fund.response_to(asked.version) or self.fund.answer(asked.version)
            self.decisions.forget(asked.version.reference)
        return Answer(200, answer.body, answer)

    def change_mind(self) -> int:
        """The last referral and the last attachment that were granted are refused now; how many."""
        with self.store.writing():
            return self._bureau.change_mind() + self._register.change_mind()

    def take_snapshot(self) -> int:
        """A backup is made of what is there now; its place."""
        with self.store.writing():
            self.store.remember(_SNAPSHOT, self.store.last_seq())
        return self.store.last_seq()

    def restore_snapshot(self) -> int:
        """The last backup is put back, without one the day the file was made; how many versions are lost."""
        return self.store.go_back_to(int(self.store.fact(_SNAPSHOT) or self.store.fact("seeded") or 0))

    def state(self) -> dict[str, Any]:
        """What the switches' page tells."""
        return {
            "base": self.base,
            "switches": self.faults.state(),
            "versions": self.store.last_seq(),
            "waiting": self.decisions.waiting(),
            "snapshot": self.store.fact(_SNAPSHOT),
        }

    def _check(self, resource: Mapping[str, Any], before: Version | None) -> None:
        check_person(resource, self._office)

    def _written(self, made: Version, resource: Mapping[str, Any], before: Version | None) -> None:
        self.decisions.written(made, resource, None if before is None else before.resource())


def json_text(value: Mapping[str, Any]) -> str:
    """A resource as JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
