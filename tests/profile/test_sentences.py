"""Every error of the profile and of the key has a short sentence in each language."""

import json
import re
from pathlib import Path

import pytest

from clinic_desk.credentials.passphrase import HELD_BY_PASSPHRASE, MIN_CHARACTERS, NO_KEYRING
from clinic_desk.resources import resource_path
from clinic_desk.texts import Language, Texts

SOURCE = Path(__file__).parents[2] / "clinic_desk"
RAISED = re.compile(r"\"((?:profile|key|file)\.[a-z_]+)\"")
FILE_NAMES = {"profile.json", "key.json", "profile.lock", "file.json"}


def codes() -> set[str]:
    sources = [SOURCE / "durable_file.py", *(SOURCE / "profile").rglob("*.py")]
    sources += (SOURCE / "credentials").rglob("*.py")
    found = {code for source in sources for code in RAISED.findall(source.read_text("utf-8"))}
    return (found - FILE_NAMES) | {"profile.is_clinic", "profile.is_practice", "profile.in_use"}


def test_the_codes_are_found() -> None:
    assert {"key.locked", "key.absent", "key.changed", "profile.newer", "file.disk_full"} <= codes()


def test_no_sentence_is_left_of_a_code_that_is_gone() -> None:
    catalogue = json.loads(resource_path("texts", "profile.json").read_text("utf-8"))
    assert {key.removeprefix("errors.") for key in catalogue if key.startswith("errors.")} == codes()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", sorted(codes()))
def test_each_is_said_shortly_and_names_nothing(code: str, language: Language) -> None:
    sentence = Texts(language).say(f"profile.errors.{code}", least=MIN_CHARACTERS)
    assert 40 <= len(sentence) <= 240
    assert sentence.count(".") >= 2 or ":" in sentence  # what happened, what is safe, what to do
    assert not re.search(r"[/\\{}<>]|\.json|\.db|Argon|SQL|keyring", sentence)


@pytest.mark.parametrize("reason", [NO_KEYRING, HELD_BY_PASSPHRASE])
def test_each_reason_to_ask_is_said(reason: str) -> None:
    for language in Language:
        assert len(Texts(language).say(f"profile.reasons.{reason}")) <= 240
