"""The key is made once, found again, and never replaced over a store that exists."""

import base64
import json
import random
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from clinic_desk.credentials.encoding import key_from_text, key_to_text, new_key
from clinic_desk.credentials.errors import KeyRefused, WrongPassphrase
from clinic_desk.credentials.secret_store import SecretStore
from clinic_desk.credentials.vault import KeyVault
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.durable_file import FileNotSaved
from clinic_desk.profile.directory import Profile, open_or_create_profile
from clinic_desk.profile.kind import ProfileKind
from tests.fakes_keyring import FakeSecretStore, Killed

PASSPHRASE = "тау бұлақ қар 7"


class Prompt:
    """Answers with what it was given, in turn, and remembers how it was asked."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, bool]] = []

    def ask(self, reason: str, is_new: bool) -> str | None:
        self.asked.append((reason, is_new))
        return self.answers.pop(0)


def vault(*stores: SecretStore, **environ: str) -> KeyVault:
    return KeyVault(lambda: stores, environ)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return open_or_create_profile(tmp_path / "p", ProfileKind.CLINIC)


@pytest.fixture
def keyring() -> FakeSecretStore:
    return FakeSecretStore()


def files(profile: Profile) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in profile.path.iterdir()}


def refusal(vault: KeyVault, profile: Profile, prompt: Prompt | None = None) -> str:
    with pytest.raises(KeyRefused) as refused:
        vault.load_or_create(profile, prompt)
    return refused.value.code


def edit_key_file(profile: Profile, /, **changes: Any) -> None:
    path = profile.path / "key.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


class TestInTheKeyring:
    def test_made_once_and_found_again(self, profile: Profile, keyring: FakeSecretStore) -> None:
        key = vault(keyring).load_or_create(profile, None)
        assert len(key) == 32
        assert set(keyring.secrets) == {profile.id}
        assert key_from_text(keyring.secrets[profile.id]) == key
        before = files(profile)
        assert vault(keyring).load_or_create(profile, None) == key
        assert files(profile) == before
        assert (profile.path / "key.json").stat().st_mode & 0o777 == 0o600

    def test_no_file_holds_the_key(self, profile: Profile, keyring: FakeSecretStore) -> None:
        key = vault(keyring).load_or_create(profile, None)
        for content, _ in files(profile).values():
            for form in (key, key.hex().encode(), base64.b64encode(key), base64.urlsafe_b64encode(key)):
                assert form not in content

    def test_every_profile_has_its_own(self, tmp_path: Path, keyring: FakeSecretStore) -> None:
        keys = {
            vault(keyring).load_or_create(open_or_create_profile(tmp_path / str(n), None), None)
            for n in range(5)
        }
        assert len(keys) == len(keyring.secrets) == 5

    def test_the_first_store_that_proves_itself_is_taken_and_remembered(self, profile: Profile) -> None:
        broken, null, good = FakeSecretStore("kwallet"), FakeSecretStore("macos-keychain"), FakeSecretStore()
        broken.is_broken = null.forgets = True
        key = vault(broken, null, good).load_or_create(profile, None)
        assert (broken.secrets, null.secrets) == ({}, {})
        # Later another one is in front, with nothing of ours in it.
        assert vault(FakeSecretStore("kwallet"), good).load_or_create(profile, None) == key

    @pytest.mark.parametrize("evidence", ["key.json", "clinic.db", "clinic.db-wal"])
    def test_absent_means_no_new_key(self, profile: Profile, keyring: FakeSecretStore, evidence: str) -> None:
        if evidence == "key.json":
            vault(keyring).load_or_create(profile, None)
            keyring.secrets.clear()
        else:
            (profile.path / evidence).write_bytes(b"encrypted")
        before, prompt = files(profile), Prompt(PASSPHRASE)
        assert refusal(vault(keyring, CLINIC_DESK_PASSPHRASE=PASSPHRASE), profile, prompt) == "key.absent"
        assert (files(profile), keyring.secrets, prompt.asked) == (before, {}, [])

    def test_a_database_without_any_store_gets_no_passphrase_key(self, profile: Profile) -> None:
        (profile.path / "clinic.db").write_bytes(b"encrypted")
        before, prompt = files(profile), Prompt(PASSPHRASE)
        assert refusal(vault(), profile, prompt) == "key.absent"
        assert (files(profile), prompt.asked) == (before, [])

    def test_a_lost_key_file_is_no_lost_key(self, profile: Profile, keyring: FakeSecretStore) -> None:
        key = vault(keyring).load_or_create(profile, None)
        (profile.path / "clinic.db").write_bytes(b"encrypted")
        (profile.path / "key.json").unlink()
        broken = FakeSecretStore("kwallet")
        broken.is_broken = True
        assert vault(broken, keyring).load_or_create(profile, None) == key
        assert not (profile.path / "key.json").exists()

    @pytest.mark.parametrize(
        "entry", [key_to_text(bytes(32)), "", "rubbish", "2:" + "A" * 44, "1:AAAA", "1:ключ", "\x00"]
    )
    def test_another_key_is_told_before_the_database_is_touched(
        self, profile: Profile, keyring: FakeSecretStore, entry: str
    ) -> None:
        vault(keyring).load_or_create(profile, None)
        keyring.secrets[profile.id] = entry
        before = files(profile)
        assert refusal(vault(keyring), profile) == "key.changed"
        assert files(profile) == before
        assert keyring.secrets == {profile.id: entry}

    def test_the_key_file_of_another_profile_is_told(
        self, profile: Profile, keyring: FakeSecretStore, tmp_path: Path
    ) -> None:
        other = open_or_create_profile(tmp_path / "q", ProfileKind.CLINIC)
        for each in (profile, other):
            vault(keyring).load_or_create(each, None)
        (profile.path / "key.json").write_bytes((other.path / "key.json").read_bytes())
        assert refusal(vault(keyring), profile) == "key.changed"

    @pytest.mark.parametrize("is_new", [True, False])
    def test_locked_is_asked_to_be_unlocked_never_gone_round(
        self, profile: Profile, keyring: FakeSecretStore, is_new: bool
    ) -> None:
        key = None if is_new else vault(keyring).load_or_create(profile, None)
        before, prompt = files(profile), Prompt(PASSPHRASE)
        keyring.is_locked = True
        assert refusal(vault(keyring), profile, prompt) == "key.locked"
        assert (files(profile), prompt.asked) == (before, [])
        keyring.is_locked = False
        assert vault(keyring).load_or_create(profile, None) == (
            key or key_from_text(keyring.secrets[profile.id])
        )

    def test_out_of_reach(self, profile: Profile, keyring: FakeSecretStore) -> None:
        vault(keyring).load_or_create(profile, None)
        prompt = Prompt(PASSPHRASE)
        stand_in = FakeSecretStore("kwallet")
        assert refusal(vault(), profile, prompt) == "key.unreachable"
        assert refusal(vault(stand_in), profile, prompt) == "key.unreachable"
        keyring.is_broken = True
        assert refusal(vault(keyring), profile, prompt) == "key.unreachable"
        assert (prompt.asked, stand_in.secrets) == ([], {})

    def test_killed_between_keyring_and_file_the_same_key_is_taken_up(
        self, profile: Profile, keyring: FakeSecretStore
    ) -> None:
        keyring.dies_after_write_of = profile.id
        with pytest.raises(Killed):
            vault(keyring).load_or_create(profile, None)
        assert set(files(profile)) == {"profile.json"}
        kept = dict(keyring.secrets)
        keyring.dies_after_write_of = None
        key = vault(keyring).load_or_create(profile, None)
        assert keyring.secrets == kept == {profile.id: key_to_text(key)}
        assert vault(keyring).load_or_create(profile, None) == key

    def test_a_full_disk_makes_no_key_that_later_starts_do_not_find(
        self, profile: Profile, keyring: FakeSecretStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", full)
            for each in (vault(keyring), vault(CLINIC_DESK_PASSPHRASE=PASSPHRASE)):
                with pytest.raises(FileNotSaved) as failed:
                    each.load_or_create(profile, None)
                assert failed.value.code == "file.disk_full"
                assert set(files(profile)) == {"profile.json"}
        key = vault(keyring).load_or_create(profile, None)
        assert vault(keyring).load_or_create(profile, None) == key


class TestBehindAPassphrase:
    def test_chosen_once_and_asked_ever_after(self, profile: Profile) -> None:
        prompt = Prompt(PASSPHRASE, PASSPHRASE, PASSPHRASE)
        key = vault().load_or_create(profile, prompt)
        before = files(profile)
        assert vault().load_or_create(profile, prompt) == key
        # A keyring that turns up later changes nothing.
        keyring = FakeSecretStore()
        assert vault(keyring).load_or_create(profile, prompt) == key
        assert keyring.secrets == {}
        assert prompt.asked == [("no_keyring", True)] + [("held_by_passphrase", False)] * 2
        assert files(profile) == before
        assert set(before) == {"profile.json", "key.json"}
        assert (profile.path / "key.json").stat().st_mode & 0o777 == 0o600

    def test_the_file_tells_the_cost_and_nothing_of_the_key(self, profile: Profile, tmp_path: Path) -> None:
        key = vault().load_or_create(profile, Prompt(PASSPHRASE))
        raw = (profile.path / "key.json").read_bytes()
        content = json.loads(raw)
        cost = {name: content["kdf"][name] for name in ("name", "version", "passes", "memory_kib", "lanes")}
        assert cost == {"name": "argon2id", "version": 19, "passes": 3, "memory_kib": 65536, "lanes": 4}
        assert content["wrap"]["name"] == "aes-256-gcm"
        for form in (key, key.hex().encode(), base64.b64encode(key), PASSPHRASE.encode()):
            assert form not in raw
        other = open_or_create_profile(tmp_path / "q", None)
        assert vault().load_or_create(other, Prompt(PASSPHRASE)) != key
        again = json.loads((other.path / "key.json").read_bytes())
        assert again["kdf"]["salt"] != content["kdf"]["salt"]
        assert again["wrap"]["nonce"] != content["wrap"]["nonce"]

    def test_a_wrong_one_changes_nothing_and_may_be_tried_again(self, profile: Profile) -> None:
        key = vault().load_or_create(profile, Prompt(PASSPHRASE))
        (profile.path / "clinic.db").write_bytes(b"encrypted")
        before = files(profile)
        for wrong in (PASSPHRASE + " ", PASSPHRASE.upper(), "", "x" * 10_000, "\udcff" * 12):
            with pytest.raises(WrongPassphrase) as refused:
                vault().load_or_create(profile, Prompt(wrong))
            assert refused.value.code == "key.wrong_passphrase"
        assert files(profile) == before
        assert vault().load_or_create(profile, Prompt(PASSPHRASE)) == key

    @pytest.mark.parametrize("short", ["", "x" * 9, "қ" * 9, unicodedata.normalize("NFD", "й" * 9)])
    def test_too_short_is_refused_and_nothing_made(self, profile: Profile, short: str) -> None:
        with pytest.raises(KeyRefused) as refused:
            vault().load_or_create(profile, Prompt(short))
        assert (refused.value.code, refused.value.params) == ("key.passphrase_short", {"least": 10})
        assert set(files(profile)) == {"profile.json"}

    def test_ten_signs_are_enough_however_the_keyboard_builds_them(self, profile: Profile) -> None:
        composed = "й" * 10
        key = vault().load_or_create(profile, Prompt(composed))
        decomposed = unicodedata.normalize("NFD", composed)
        assert decomposed != composed
        assert vault().load_or_create(profile, Prompt(decomposed)) == key

    @pytest.mark.parametrize("is_new", [True, False])
    def test_declined_or_nobody_to_ask(self, profile: Profile, is_new: bool) -> None:
        if not is_new:
            vault().load_or_create(profile, Prompt(PASSPHRASE))
        before = files(profile)
        assert refusal(vault(), profile, Prompt(None)) == "key.passphrase_needed"
        assert refusal(vault(), profile, None) == "key.passphrase_needed"
        assert files(profile) == before

    def test_the_environment_answers_for_scripts(self, profile: Profile) -> None:
        scripted = vault(CLINIC_DESK_PASSPHRASE=PASSPHRASE)
        key = scripted.load_or_create(profile, None)
        prompt = Prompt()
        assert scripted.load_or_create(profile, prompt) == key
        assert prompt.asked == []
        assert vault(CLINIC_DESK_PASSPHRASE="").load_or_create(profile, Prompt(PASSPHRASE)) == key
        with pytest.raises(WrongPassphrase):
            vault(CLINIC_DESK_PASSPHRASE="something else").load_or_create(profile, prompt)

    @pytest.mark.parametrize("name", ["salt", "nonce", "wrapped"])
    def test_a_changed_bit_opens_nothing(self, profile: Profile, name: str) -> None:
        vault().load_or_create(profile, Prompt(PASSPHRASE))
        content = json.loads((profile.path / "key.json").read_text())
        part = content["kdf"] if name == "salt" else content["wrap"]
        value = bytearray(base64.b64decode(part[name]))
        value[0] ^= 1
        part[name] = base64.b64encode(value).decode()
        edit_key_file(profile, **content)
        with pytest.raises(WrongPassphrase):
            vault().load_or_create(profile, Prompt(PASSPHRASE))

    @pytest.mark.parametrize(
        "cost",
        [
            {"passes": 21},
            {"passes": 0},
            {"passes": True},
            {"memory_kib": 2**31},
            {"memory_kib": 8},
            {"memory_kib": "65536"},
            {"lanes": 10**9},
            {"name": "scrypt"},
            {"version": 16},
            {"salt": "AAAA"},
            {"salt": "*" * 24},
            {"salt": None},
        ],
    )
    def test_a_strange_cost_is_refused_without_being_paid(
        self, profile: Profile, cost: dict[str, object]
    ) -> None:
        vault().load_or_create(profile, Prompt(PASSPHRASE))
        content = json.loads((profile.path / "key.json").read_text())
        edit_key_file(profile, kdf=content["kdf"] | cost)
        before = files(profile)
        begin = time.monotonic()
        assert refusal(vault(), profile, Prompt(PASSPHRASE)) == "key.file_damaged"
        assert time.monotonic() - begin < 5
        assert files(profile) == before

    def test_a_lowered_cost_opens_nothing(self, profile: Profile) -> None:
        vault().load_or_create(profile, Prompt(PASSPHRASE))
        content = json.loads((profile.path / "key.json").read_text())
        edit_key_file(profile, kdf=content["kdf"] | {"passes": 1})
        with pytest.raises(WrongPassphrase):
            vault().load_or_create(profile, Prompt(PASSPHRASE))

    def test_a_wrapping_moved_to_another_profile_opens_nothing(
        self, profile: Profile, tmp_path: Path
    ) -> None:
        vault().load_or_create(profile, Prompt(PASSPHRASE))
        other = open_or_create_profile(tmp_path / "q", ProfileKind.CLINIC)
        (other.path / "key.json").write_bytes((profile.path / "key.json").read_bytes())
        edit_key_file(other, profile=other.id)
        with pytest.raises(WrongPassphrase):
            vault().load_or_create(other, Prompt(PASSPHRASE))

    def test_killed_at_any_moment_there_is_a_whole_key_or_none(self, tmp_path: Path) -> None:
        program = (
            "import sys, pathlib\n"
            "from clinic_desk.credentials.vault import KeyVault\n"
            "from clinic_desk.profile.directory import open_or_create_profile\n"
            "profile = open_or_create_profile(pathlib.Path(sys.argv[1]), None)\n"
            "vault = KeyVault(lambda: ())\n"
            "import argon2.low_level, cryptography.hazmat.primitives.ciphers.aead\n"
            "print('go', flush=True)\n"
            "print(vault.load_or_create(profile, None).hex(), flush=True)\n"
            "sys.stdin.read()\n"
        )
        chance = random.Random(11)
        for round_ in range(8):
            folder = tmp_path / str(round_)
            with subprocess.Popen(
                [sys.executable, "-c", program, str(folder)],
                env={"CLINIC_DESK_PASSPHRASE": PASSPHRASE, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            ) as maker:
                assert maker.stdout is not None
                assert maker.stdout.readline() == "go\n"
                time.sleep(chance.random() * 0.2)
                maker.send_signal(signal.SIGKILL)
                told = maker.stdout.read().strip()
            opened = vault().load_or_create(open_or_create_profile(folder, None), Prompt(PASSPHRASE))
            if told:
                assert opened.hex() == told


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "key.file_damaged"),
        ("{", "key.file_damaged"),
        ("[]", "key.file_damaged"),
        ("{}", "key.file_damaged"),
        ('{"format": "1"}', "key.file_damaged"),
        ('{"format": 0}', "key.file_damaged"),
        ('{"format": 2}', "key.file_newer"),
        ('{"format": 1}', "key.file_damaged"),
        ('{"format": 1, "profile": "x", "held_by": "friend"}', "key.file_damaged"),
        ('{"format": 1, "profile": "x", "held_by": "keyring"}', "key.file_damaged"),
        (
            '{"format": 1, "profile": "x", "held_by": "keyring", "keyring": 1, "check": ""}',
            "key.file_damaged",
        ),
        ('{"format": 1, "profile": "x", "held_by": "passphrase", "kdf": [], "wrap": {}}', "key.file_damaged"),
        ('{"format": 1, "profile": "x", "held_by": "keyring", "keyring": "k", "check": "c"}', "key.changed"),
    ],
)
def test_a_strange_key_file_is_refused_and_untouched(
    profile: Profile, keyring: FakeSecretStore, text: str, code: str
) -> None:
    (profile.path / "key.json").write_text(text)
    before, prompt = files(profile), Prompt(PASSPHRASE)
    assert refusal(vault(keyring), profile, prompt) == code
    assert (files(profile), keyring.secrets, prompt.asked) == (before, {}, [])


def test_an_unreadable_key_file_is_not_an_absent_one(profile: Profile, keyring: FakeSecretStore) -> None:
    (profile.path / "key.json").mkdir()
    assert refusal(vault(keyring), profile) == "key.file_damaged"
    assert keyring.secrets == {}


class TestPractice:
    @pytest.fixture
    def practice(self, tmp_path: Path) -> Profile:
        return open_or_create_profile(tmp_path / "practice", ProfileKind.PRACTICE)

    @pytest.fixture
    def closed(self) -> KeyVault:
        def no_search() -> Sequence[SecretStore]:
            raise AssertionError("the practice clinic looked for a keyring")

        return KeyVault(no_search, {"CLINIC_DESK_PASSPHRASE": PASSPHRASE})

    def test_opens_with_nobody_asked(self, practice: Profile, closed: KeyVault) -> None:
        key = closed.load_or_create(practice, Prompt())
        assert len(key) == 32
        assert closed.load_or_create(practice, None) == key
        assert key_from_text((practice.path / "practice.key").read_text()) == key
        assert set(files(practice)) == {"profile.json", "practice.key"}
        assert (practice.path / "practice.key").stat().st_mode & 0o777 == 0o600

    def test_lost_with_a_database_is_said(self, practice: Profile, closed: KeyVault) -> None:
        (practice.path / "clinic.db").write_bytes(b"encrypted")
        assert refusal(closed, practice) == "key.practice_lost"
        assert set(files(practice)) == {"profile.json", "clinic.db"}

    @pytest.mark.parametrize("raw", [b"", b"1:AAAA", b"\xff" * 50, key_to_text(bytes(32)).encode()[:-2]])
    def test_damaged_is_said_and_untouched(self, practice: Profile, closed: KeyVault, raw: bytes) -> None:
        (practice.path / "practice.key").write_bytes(raw)
        assert refusal(closed, practice) == "key.practice_lost"
        assert (practice.path / "practice.key").read_bytes() == raw


def test_refusals_are_errors_a_person_can_act_on() -> None:
    assert issubclass(WrongPassphrase, KeyRefused)
    assert issubclass(KeyRefused, ClinicDeskError)


def test_a_key_as_text_comes_back() -> None:
    for _ in range(50):
        key = new_key()
        assert key_from_text(key_to_text(key) + "\n") == key


def test_nothing_heavy_is_loaded_before_it_is_used() -> None:
    program = (
        "import sys, clinic_desk.credentials.vault\n"
        "heavy = {'keyring', 'argon2', 'cryptography', 'secretstorage', 'PySide6'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
