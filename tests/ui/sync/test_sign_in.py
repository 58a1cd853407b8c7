"""A lapsed sign-in is renewed from the strip: one field, nothing shown, a round with it at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.services.sync.upstream_settings import AuthKind, UpstreamSettings, UpstreamSettingsService
from clinic_desk.texts import Language
from clinic_desk.ui.kit import UiText, look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from tests.ui.people_desk import PeopleDesk
from tests.ui.sync.test_display import Bench
from tests.ui.sync.test_state_words import STATES

SECRET = "correct horse"
SERVER = "https://fhir.example.kz"
GOES_TO = f"{SERVER}:443"


class Secrets:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.refusal: ClinicDeskError | None = None

    def read(self, goes_to: str) -> str | None:
        return self.kept.get(goes_to)

    def write(self, goes_to: str, secret: str) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.kept[goes_to] = secret

    def forget(self) -> None:
        self.kept.clear()


class SignInBench(Bench):
    """The window with a lapsed sign-in to a server that is set."""

    def __init__(self, qtbot, words: UiText, people: PeopleDesk, auth: AuthKind) -> None:
        super().__init__(qtbot, words)
        self.secrets = Secrets()
        service = UpstreamSettingsService(
            people.store, people.clock, self.secrets, lambda _: None, is_practice=False
        )
        user = "desk-2" if auth in (AuthKind.BASIC, AuthKind.OAUTH2) else ""
        old = "" if auth is AuthKind.NONE else "old"
        service.change(UpstreamSettings(f"{SERVER}/fhir", auth, user), old, people.actor)
        self.desk.may_sign_in(service, lambda: people.actor)
        self.say(STATES["sign in"])

    @property
    def dialog(self):
        return self.desk._sign_in.dialog


@pytest.fixture
def people(tmp_path: Path) -> Iterator[PeopleDesk]:
    made = PeopleDesk.open(tmp_path)
    yield made
    made.close()


def test_the_button_asks_and_what_is_typed_is_used_at_once(qtbot, words: UiText, people: PeopleDesk) -> None:
    bench = SignInBench(qtbot, words, people, AuthKind.BASIC)
    bench.strip.button("sign_in").click()
    dialog = bench.dialog
    assert dialog.field.edit.hasFocus()
    assert dialog.field.edit.echoMode() == QLineEdit.EchoMode.Password
    # Where it goes is said before it is typed.
    assert SERVER in dialog.subtitle.text()
    QTest.keyClick(dialog.field.edit, Qt.Key.Key_Return)
    assert bench.secrets.kept == {GOES_TO: "old"}
    dialog.field.set_text(SECRET)
    QTest.keyClick(dialog.field.edit, Qt.Key.Key_Return)
    assert bench.secrets.kept == {GOES_TO: SECRET}
    assert bench.worker.reconnected == 1
    assert bench.dialog is None


def test_a_keyring_that_refuses_leaves_the_dialog_with_its_reason(
    qtbot, words: UiText, people: PeopleDesk
) -> None:
    bench = SignInBench(qtbot, words, people, AuthKind.BASIC)
    bench.secrets.refusal = ClinicDeskError("upstream.keyring")
    bench.strip.button("sign_in").click()
    bench.dialog.field.set_text(SECRET)
    bench.dialog.enter.click()
    assert "кілт қоймасы" in bench.dialog.field.error()
    assert bench.worker.reconnected == 0
    QTest.keyClick(bench.dialog.field.edit, Qt.Key.Key_Escape)
    assert bench.dialog is None


def test_where_nothing_can_be_typed_it_is_tried_again(qtbot, words: UiText, people: PeopleDesk) -> None:
    bench = SignInBench(qtbot, words, people, AuthKind.NONE)
    bench.strip.button("sign_in").click()
    assert bench.dialog is None
    assert bench.worker.asked == 1


@pytest.mark.parametrize("auth", [AuthKind.BASIC, AuthKind.BEARER, AuthKind.OAUTH2])
@pytest.mark.parametrize("language", list(Language))
def test_it_is_readable(qtbot, words: UiText, people: PeopleDesk, language: Language, auth: AuthKind) -> None:
    words.set_language(language)
    look().set(look().theme, 1.5)
    bench = SignInBench(qtbot, words, people, auth)
    bench.strip.button("sign_in").click()
    bench.dialog.enter.click()
    QTest.qWait(0)
    assert clipped_labels(bench.window) == []
    assert untranslated(bench.window, language) == []
