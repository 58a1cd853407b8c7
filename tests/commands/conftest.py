"""A practice clinic of 300 people, made once by the program itself, with a few people of our own."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from clinic_desk.bootstrap import OpenProfile, open_profile
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.practice.showcase import showcase
from clinic_desk.profile.directory import choose_profile
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.person_form import PersonForm
from tests.commands.program import TIME, Said, inside, process
from tests.services.desk import iin

MARKUP_NAME = '<b>Иванов & "Сыновья"'


@dataclass
class Practice:
    """The profile's folder and what of it the tests name."""

    folder: Path
    service: str
    doctor: str
    supplier: str
    people: int = 0

    def run(self, *arguments: str, lang: str = "ru") -> Said:
        return inside("--profile", str(self.folder), "--now", TIME, "--lang", lang, *arguments)

    def process(self, *arguments: str) -> Said:
        return process("--profile", str(self.folder), "--now", TIME, "--lang", "ru", *arguments)

    def open(self) -> OpenProfile:
        choice = choose_profile(str(self.folder))
        return open_profile(choice, clock=FixedClock(dt.datetime.fromisoformat(TIME)))

    def person(self, status: InsuranceStatus | None = InsuranceStatus.INSURED_STATE) -> str:
        """The IIN of a new person about whom that was answered."""
        self.people += 1
        digits = iin(f"770707{3}{self.people:04d}")
        form = PersonForm(
            iin=digits,
            surname=MARKUP_NAME,
            given_name="Әлихан",
            birth_date=dt.date(1977, 7, 7),
            sex=Sex.MALE,
        )
        profile = self.open()
        try:
            actor = profile.desk.actor()
            saved, _ = profile.desk.patients.register(form, actor)
            if status is not None:
                profile.desk.insurance.record(RecordAnswer(saved.id, status, Channel.EGOV), actor)
        finally:
            profile.close()
        return digits

    def id_of(self, digits: str) -> PatientId:
        profile = self.open()
        try:
            found = profile.desk.patients.by_iin(digits)
        finally:
            profile.close()
        assert found is not None
        return found.id

    def referrals_of(self, digits: str) -> list[str]:
        """The numbers a person has."""
        profile = self.open()
        try:
            found = profile.desk.patients.by_iin(digits)
            assert found is not None
            return [row.number for row in profile.desk.patients.card(found.id).referrals]
        finally:
            profile.close()

    def refer(self, *more: str, lang: str = "ru", **changed: str | None) -> Said:
        """A referral that is right but for what is changed; None leaves an option out."""
        return self.run("refer", *self.words(**changed), *more, lang=lang)

    def words(self, **changed: str | None) -> list[str]:
        """The options of such a referral."""
        options: dict[str, str | None] = {
            "service": self.service,
            "icd": "R10.4",
            "doctor": self.doctor,
            "reason": "no_equipment",
            "supplier": self.supplier,
        }
        options |= changed
        return [word for name, value in options.items() if value is not None for word in (f"--{name}", value)]


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """The made-up clinic."""
    folder = tmp_path_factory.mktemp("commands") / "practice"
    made = process(
        "practice", "--people", "300", "--no-window", "--json", "--profile", str(folder), "--now", TIME
    )
    assert made.code == 0, made
    shown = len(showcase(dt.datetime.fromisoformat(TIME).date()))
    assert made.json == {"people": 300 + shown, "profile": str(folder)}
    clinic = Practice(folder, "", "", "")
    services = clinic.run("list", "services", "--json").json["rows"]
    insured = [row["code"] for row in services if row["package"] == "insurance"]
    for code in insured:
        rows = clinic.run("list", "suppliers", "--service", code, "--json").json["rows"]
        near = [row["code"] for row in rows if (row["wait_days"] or 99) < 10]
        if near:
            clinic.service, clinic.supplier = code, near[0]
            break
    assert clinic.service
    clinic.doctor = clinic.run("list", "doctors", "--json").json["rows"][0]["code"]
    yield clinic
