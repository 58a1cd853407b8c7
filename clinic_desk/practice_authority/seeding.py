"""Fills a new authority with the made-up people and suppliers it is given, quickly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from json.encoder import encode_basestring
from typing import Final, Protocol

from clinic_desk.domain.catalogue import Offer, Service, Supplier
from clinic_desk.domain.patient import DocumentKind
from clinic_desk.fhir.directory import healthcare_service, organization
from clinic_desk.fhir.systems import systems
from clinic_desk.practice_authority.authority import Authority
from clinic_desk.practice_authority.settings import AuthoritySettings
from clinic_desk.practice_authority.store import NewRow
from clinic_desk.practice_authority.types import Term

_CHUNK: Final = 2000
_SEEDED: Final = "seeded"
_WORLD: Final = "world"
_LANGUAGES: Final = {"kk": "қазақ", "ru": "русский"}
_CARD: Final = DocumentKind.IDENTITY_CARD.value
_BIRTH: Final = "birthDate"
_CLINIC: Final = "managingOrganization:identifier"


class MadeUpPerson(Protocol):
    """What is known of a person; `sex` is M or F, `standing` what the Fund says."""

    @property
    def iin(self) -> str: ...  # noqa: D102 - the names speak
    @property
    def surname(self) -> str: ...  # noqa: D102
    @property
    def given_name(self) -> str: ...  # noqa: D102
    @property
    def patronymic(self) -> str: ...  # noqa: D102
    @property
    def sex(self) -> str: ...  # noqa: D102
    @property
    def birth_date(self) -> dt.date: ...  # noqa: D102
    @property
    def phone(self) -> str: ...  # noqa: D102
    @property
    def address(self) -> str: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102
    @property
    def is_attached(self) -> bool: ...  # noqa: D102
    @property
    def standing(self) -> Mapping[str, str] | None: ...  # noqa: D102


class World(Protocol):
    """Where the made-up people and suppliers come from."""

    @property
    def count(self) -> int:
        """How many drawn people there are."""

    @property
    def today(self) -> dt.date:
        """The day on which it was made."""

    @property
    def clinic(self) -> tuple[str, str]:
        """BIN and name of the clinic that people are attached to."""

    def people(self) -> Iterator[MadeUpPerson]:
        """Everybody the register knows."""

    def suppliers(self) -> Iterable[Supplier]:
        """The list of suppliers."""

    def offers(self) -> Iterable[tuple[Service, Supplier, Offer]]:
        """Who gives what."""


def is_seeded(authority: Authority) -> bool:
    """Whether the file was filled once."""
    return authority.store.fact(_SEEDED) is not None


def start_anew_for(settings: AuthoritySettings, people: int, today: dt.date) -> None:
    """Removes a file that was filled for another practice clinic: nothing in it fits this one's people."""
    if not settings.database_path.exists():
        return
    authority = Authority(settings)
    try:
        known = authority.store.fact(_WORLD)
    finally:
        authority.close()
    if known == [people, today.isoformat()]:
        return
    for suffix in ("", "-wal", "-shm"):
        path = settings.database_path
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def seed(authority: Authority, world: World) -> int:
    """The file holds the world, in one transaction; how many people. A filled file stays as it is."""
    if is_seeded(authority):
        return 0
    store, clinic = authority.store, world.clinic
    count = 0
    with store.writing():
        for supplier in world.suppliers():
            store.put(organization(supplier))
        for service, supplier, offer in world.offers():
            store.put(healthcare_service(service, supplier, offer))
        everybody = world.people()
        while chunk := list(islice(everybody, _CHUNK)):
            store.put_new("Patient", [_row(person, clinic) for person in chunk])
            authority.fund.know({one.iin: one.standing for one in chunk if one.standing is not None})
            count += len(chunk)
        store.remember(_SEEDED, store.last_seq())
        store.remember(_WORLD, [world.count, world.today.isoformat()])
    # All of it went through the journal, which would lie there as large as the file itself.
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return count


def _row(person: MadeUpPerson, clinic: tuple[str, str]) -> NewRow:
    """The register's Patient as text: a hundred thousand of them are not built as objects first."""
    ours, quoted = systems(), encode_basestring
    given = [name for name in (person.given_name, person.patronymic) if name]
    whole = " ".join([person.surname, *given])
    born = person.birth_date.isoformat()
    parts = [
        f'"identifier":[{{"use":"official","system":"{ours.iin}","value":"{person.iin}"}},'
        f'{{"use":"secondary","type":{{"coding":[{{"system":"{ours.document_kind}","code":"{_CARD}"}}]}},'
        f'"system":"{ours.document}"}}],"active":true',
        f'"name":[{{"use":"official","family":{quoted(person.surname)},'
        f'"given":[{",".join(quoted(name) for name in given)}],"text":{quoted(whole)}}}]',
        f'"gender":"{"female" if person.sex == "F" else "male"}","birthDate":"{born}"',
    ]
    if person.phone:
        parts.append(f'"telecom":[{{"system":"phone","value":"{person.phone}","use":"mobile"}}]')
    if person.address:
        parts.append(f'"address":[{{"use":"home","text":{quoted(person.address)}}}]')
    spoken = "".join(
        f'{"," if place else ""}{{"language":{{"coding":[{{"system":"{ours.language}","code":"{code}"}}],'
        f'"text":"{_LANGUAGES[code]}"}},"preferred":true}}'
        for place, code in enumerate(("kk", "ru") if person.language == "both" else (person.language,))
    )
    parts.append(f'"communication":[{spoken}]')
    terms = [Term("identifier", person.iin, ours.iin), Term(_BIRTH, born), Term("active", "true")]
    if person.is_attached:
        parts.append(
            f'"managingOrganization":{{"type":"Organization","identifier":'
            f'{{"system":"{ours.bin}","value":"{clinic[0]}"}},"display":{quoted(clinic[1])}}}'
        )
        terms.append(Term(_CLINIC, clinic[0], ours.bin))
    return NewRow(",".join(parts), terms)
