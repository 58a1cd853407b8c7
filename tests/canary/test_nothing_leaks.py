"""A canary person in the store: no file of the program gives away name, IIN, phone or diagnosis words.

The search is for raw bytes in every encoding a file could hold them in, over everything the program writes:
the profile, the state folder, the temporary folders and the user's home; while it works, after a kill, at the
end.
`strings`, as a clinic's IT person would use it, is asked too.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clinic_desk.bootstrap import OpenProfile, open_profile
from clinic_desk.credentials.passphrase import PassphrasePrompt
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import OperationId
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.profile.directory import ProfileChoice
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.person_form import PersonForm
from clinic_desk.storage.database import open_store
from clinic_desk.storage.errors import StoreRefused
from clinic_desk.tabular.reader import read_list
from tests.services.desk import ACTOR, KEY, PERSON, PROFILE_ID, DeskOverStore, bytes_of, fill, form_of, iin

CANARY = replace(
    PERSON,
    iin=iin("71031930477"),
    surname="Жарқанатбайұлы",
    given_name="Қызғыштөре",
    patronymic="Ерсәлімгереевич",
    phone="+7 747 613 58 29",
    address="Үшқоңыркөл ауылы, Бүркітті 77",
)
IMPORTED = replace(
    CANARY,
    iin=iin("64080850388"),
    surname="Тасқынбөгетова",
    given_name="Мөлдіргүлім",
    patronymic="Шыңғысханқызы",
    phone="+7 771 904 26 63",
    address="Қарлығашұя көшесі 5",
)
NOTE = "құпиябелгі-xylophonist"
DRAFT = "жобабелгі-quixotically"
REASON = "себепбелгі-zymurgist"
PASSPHRASE = "тоғыз қара торғай 9"


def _secrets() -> Iterator[bytes]:
    words = {NOTE, DRAFT, REASON}
    for form in (CANARY, IMPORTED):
        digits = "".join(c for c in form.phone if c.isdigit())
        words |= {
            form.iin,
            form.surname,
            form.given_name,
            form.patronymic,
            form.address,
            digits[1:],
            form.phone,
        }
        words |= {form.iin[:6] + " " + form.iin[6:], digits[-7:], digits[::-1][:10]}
    spelled = {word for text in words for word in (text, text.lower(), text.upper(), text.casefold())}
    from clinic_desk.domain.folding import fold

    spelled |= {fold(word) for word in words if not word[0].isdigit() and word[0] != "+"}
    for text in spelled:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "kz1048", "cp866"):
            try:
                secret = text.encode(encoding)
            except UnicodeEncodeError:
                continue
            if len(secret) >= 7:
                yield secret


SECRETS = sorted(set(_secrets()))


def _hits(*folders: Path) -> list[str]:
    """Each file below the folders with each secret that stands in it, or in its name."""
    found = []
    for folder in folders:
        for name, content in bytes_of(folder).items():
            found += [
                f"{name}: {secret!r}" for secret in SECRETS if secret in content or secret in name.encode()
            ]
    return found


def _strings(*folders: Path) -> list[str]:
    """Lines of `strings -a` in 8 and 16 bits that hold the IIN, the phone or a Latin canary word."""
    wanted = {
        CANARY.iin,
        IMPORTED.iin,
        "7476135829",
        "7719042663",
        "xylophonist",
        "quixotically",
        "zymurgist",
    }
    found = []
    for folder in folders:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            for width in ("s", "S", "l", "b"):
                done = subprocess.run(
                    ["strings", "-a", "-e", width, str(file)], capture_output=True, check=True
                )
                text = done.stdout.decode("utf-8", "replace")
                found += [f"{file.name}: {word}" for word in wanted if word in text]
    return found


def test_the_search_itself_finds_what_is_there(tmp_path: Path) -> None:
    for number, secret in enumerate(SECRETS):
        (tmp_path / str(number)).write_bytes(os.urandom(100) + secret + os.urandom(100))
    assert {hit.split(":")[0] for hit in _hits(tmp_path)} == {str(number) for number in range(len(SECRETS))}
    texts = tmp_path / "texts"
    texts.mkdir()
    for word in (CANARY.iin, "xylophonist"):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            (texts / "text").write_bytes(b"\0" + word.encode(encoding) + b"\0")
            assert f"text: {word}" in _strings(texts)


class _Prompt:
    def ask(self, reason: str, is_new: bool) -> str | None:
        return PASSPHRASE


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home and temporary folder of which every file is the program's."""
    home = tmp_path / "home"
    for variable, name in {
        "HOME": "",
        "XDG_DATA_HOME": ".local/share",
        "XDG_STATE_HOME": ".local/state",
        "XDG_CACHE_HOME": ".cache",
        "XDG_CONFIG_HOME": ".config",
        "TMPDIR": "tmp",
        "SQLITE_TMPDIR": "tmp",
    }.items():
        (home / name).mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(variable, str(home / name))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return home


def _live(profile: OpenProfile, folder: Path) -> None:
    """A day with the canary people: registered, asked about, referred, drafted, printed, imported, found."""
    desk = profile.desk
    patient, _ = desk.patients.register(CANARY, ACTOR)
    desk.patients.viewed(patient.id, ACTOR)
    answer = RecordAnswer(patient.id, InsuranceStatus.UNINSURED, Channel.EGOV, reference=REASON)
    desk.insurance.record(answer, ACTOR)
    desk.insurance.record(replace(answer, status=InsuranceStatus.INSURED_STATE), ACTOR)
    desk.drafts.save("register", "", {"surname": CANARY.surname, "note": DRAFT}, ACTOR)
    form = form_of(patient.id, note=NOTE, reason_evidence=REASON)
    desk.slips.preview(form, ACTOR, 300)
    issued, _ = desk.referrals.issue(form, OperationId("canary"), ACTOR)
    desk.slips.print(issued.referral_id, ACTOR)  # no printer here: the PDF is kept
    again = replace(form, reasons_given={"referral.already_living": REASON})
    desk.referrals.issue(again, OperationId("canary-2"), ACTOR)
    for text in (CANARY.iin, CANARY.surname, CANARY.phone[-4:], "жарканатбаиулы", DRAFT):
        desk.search.find(text)
    desk.patients.duplicates(replace(CANARY, iin=""))
    profile.store.back_up("canary")
    _import(profile, folder, IMPORTED)
    desk.patients.change(
        desk.patients.card(patient.id).patient, replace(CANARY, address=IMPORTED.address), ACTOR
    )


def _import(profile: OpenProfile, folder: Path, form: PersonForm) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / "patients.csv"
    file.write_text(
        "ИИН;Фамилия;Имя;Отчество;Дата рождения;Пол;Телефон;Адрес\n"
        f"{form.iin};{form.surname};{form.given_name};{form.patronymic};08.08.1964;Ж;{form.phone};{form.address}\n"
        f"123;{form.surname};{form.given_name};;;;{NOTE};{form.address}\n",
        encoding="utf-8",
    )
    table, file_hash = read_list(file)
    columns = profile.imports.columns(ImportKind.PATIENTS, table.headings, {})
    preview = profile.imports.preview(ImportKind.PATIENTS, table, columns, _no_progress, _never)
    profile.imports.apply(
        preview, ACTOR, skip_bad=True, progress=_no_progress, cancelled=_never, file_hash=file_hash
    )
    assert profile.desk.patients.by_iin(form.iin) is not None


def _no_progress(done: int, total: int | None) -> None:
    pass


def _never() -> bool:
    return False


@pytest.mark.parametrize("kind", [ProfileKind.PRACTICE, ProfileKind.CLINIC], ids=["practice", "passphrase"])
def test_no_file_of_the_program_gives_the_canary_away(home: Path, tmp_path: Path, kind: ProfileKind) -> None:
    prompt: PassphrasePrompt = _Prompt()
    choice = ProfileChoice(home / "profile", kind)
    profile = open_profile(choice, ask_passphrase=prompt)
    fill(profile.store)
    _live(profile, tmp_path / "import")
    # The program works: the log beside the store holds what was just written.
    assert (choice.path / "clinic.db-wal").stat().st_size > 0
    assert _hits(home) == []
    assert _strings(home) == []
    killed = tmp_path / "killed"
    shutil.copytree(home, killed)
    profile.close()
    assert _hits(home) == []
    assert _strings(home) == []
    assert PASSPHRASE.encode() not in b"".join(bytes_of(home).values())
    # What a kill left behind is opened again, and is as silent afterwards.
    again = open_profile(ProfileChoice(killed / "profile", kind), ask_passphrase=prompt)
    assert again.desk.patients.by_iin(CANARY.iin) is not None
    assert _hits(killed, home) == []
    again.close()
    assert _hits(killed, home) == []


def test_the_commands_leave_nothing_either(home: Path, tmp_path: Path) -> None:
    folder = home / "profile"
    profile = open_profile(ProfileChoice(folder, ProfileKind.PRACTICE))
    fill(profile.store)
    _live(profile, tmp_path / "import")
    profile.close()
    for arguments in (("search", CANARY.surname), ("search", CANARY.iin, "--json"), ("list", "services")):
        done = subprocess.run(
            [sys.executable, "-m", "clinic_desk", *arguments, "--profile", str(folder)],
            cwd=Path(__file__).parent.parent.parent,
            capture_output=True,
            check=True,
        )
        assert done.stdout
        assert CANARY.iin.encode() not in done.stdout  # masked for a terminal others see
    assert _hits(home) == []


# A key that is not the store's -----------------------------------------------------------------


@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "killed with a log"])
def test_a_wrong_key_is_refused_and_nothing_is_touched(folder: Path, tmp_path: Path, is_open: bool) -> None:
    desk = DeskOverStore.open(folder)
    desk.person(CANARY)
    if is_open:
        copy = tmp_path / "killed"
        shutil.copytree(folder, copy)
        desk.close()
        folder = copy
        assert (folder / "clinic.db-wal").stat().st_size > 0
    else:
        desk.close()
    before = bytes_of(folder)
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    for wrong in (bytes(32), KEY[::-1], KEY[:31] + b"\xff", b"\xff" * 32):
        with pytest.raises(StoreRefused) as caught:
            open_store(folder / "clinic.db", wrong, create=True, profile_id=PROFILE_ID)
        assert caught.value.code == "store.wrong_key"
        assert wrong.hex() not in repr(caught.value)
    assert bytes_of(folder) == before
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == times
    right = DeskOverStore.open(folder)
    assert right.patients.by_iin(CANARY.iin) is not None
    right.close()


def test_a_wrong_passphrase_is_refused_and_nothing_is_touched(home: Path) -> None:
    choice = ProfileChoice(home / "profile", ProfileKind.CLINIC)
    open_profile(choice, ask_passphrase=_Prompt()).close()
    before = bytes_of(home)

    class Wrong:
        def ask(self, reason: str, is_new: bool) -> str | None:
            return "мүлдем басқа сөз"

    with pytest.raises(ClinicDeskError) as caught:
        open_profile(choice, ask_passphrase=Wrong())
    assert caught.value.code.startswith("key.")
    assert bytes_of(home) == before


def test_errors_and_values_do_not_print_the_key(folder: Path) -> None:
    desk = DeskOverStore.open(folder)
    assert KEY.hex() not in repr(desk.store)
    assert repr(KEY) not in repr(vars(desk.store))
    desk.close()
