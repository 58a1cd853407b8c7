"""The words of the state: each state speaks in each language, and none says more than it knows."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.services.sync.exchange.status import QUEUE_STUCK, SyncState, SyncStatus
from clinic_desk.texts import Language, Texts
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.sync.state_words import chip_of, clock_strip_of, gap_words, sentence_of, strip_of

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)
BREAK = dt.datetime(2026, 11, 23, 4, 12, tzinfo=dt.UTC)
LONG_AGO = dt.datetime(2026, 11, 20, 11, 5, tzinfo=dt.UTC)
KK, RU, EN = (Texts(language) for language in Language)

WELL = SyncStatus(SyncState.ONLINE, NOW, last_success=NOW)
CUT = SyncStatus(SyncState.OFFLINE, BREAK, 7, last_success=BREAK, why="connect")
STATES = {
    "well": WELL,
    "waiting": replace(WELL, waiting=3),
    "attention": replace(WELL, waiting=3, attention=2),
    "offline": CUT,
    "offline, empty": replace(CUT, waiting=0),
    "stale": SyncStatus(SyncState.STALE, last_success=LONG_AGO),
    "never": SyncStatus(SyncState.STALE),
    "stuck": SyncStatus(SyncState.STALE, BREAK, 4, last_success=NOW, why=QUEUE_STUCK),
    "sign in": SyncStatus(SyncState.SIGN_IN_NEEDED, BREAK, 7, why="sign_in"),
    "restored": SyncStatus(SyncState.RESTORED, BREAK, 7, why="restored"),
    "paused": SyncStatus(SyncState.PAUSED, BREAK, 7),
    "paused, empty": SyncStatus(SyncState.PAUSED, BREAK),
    "download": SyncStatus(SyncState.FIRST_DOWNLOAD, done=41_000, total=120_000),
    "download, unknown": SyncStatus(SyncState.FIRST_DOWNLOAD, done=41_000),
    "not set": SyncStatus(),
}


@pytest.mark.parametrize(
    ("name", "kind", "kk", "ru", "en"),
    [
        ("well", Kind.OK, "Синхр. 09:41", "Синхр. 09:41", "Synced 09:41"),
        ("waiting", Kind.INFO, "3 кезекте", "3 в очереди", "3 waiting"),
        ("attention", Kind.ERR, "Назар керек: 2", "Внимание: 2", "Attention: 2"),
        ("offline", Kind.STALE, "Офлайн · 7 кезекте", "Офлайн · 7 в очереди", "Offline · 7 waiting"),
        ("offline, empty", Kind.STALE, "Офлайн · 09:12", "Офлайн · 09:12", "Offline · 09:12"),
        ("stale", Kind.STALE, "Синхр. 20.11", "Синхр. 20.11", "Synced 20.11"),
        ("never", Kind.STALE, "Алмасу болмады", "Обмена не было", "Never synced"),
        ("stuck", Kind.STALE, "4 кезекте · 09:12", "4 в очереди · 09:12", "4 waiting · 09:12"),
        ("sign in", Kind.WARN, "Кіру керек", "Нужен вход", "Sign-in needed"),
        ("restored", Kind.ERR, "Алмасу тоқтады", "Обмен остановлен", "Sync stopped"),
        ("paused", Kind.NEUTRAL, "Кідіріс · 7 кезекте", "Пауза · 7 в очереди", "Paused · 7 waiting"),
        ("paused, empty", Kind.NEUTRAL, "Кідіріс", "Пауза", "Paused"),
        ("download", Kind.INFO, "Жүктелуде 34 %", "Загрузка 34 %", "Loading 34%"),
        ("not set", Kind.NEUTRAL, "Осы компьютерде", "На этом компьютере", "On this computer"),
    ],
)
def test_the_chip_says_it_in_few_words(name: str, kind: Kind, kk: str, ru: str, en: str) -> None:
    chips = [chip_of(STATES[name], texts, TODAY) for texts in (KK, RU, EN)]
    assert [chip.text for chip in chips] == [kk, ru, en]
    assert {chip.kind for chip in chips} == {kind}


def test_no_two_states_look_alike_without_colour() -> None:
    looks = {(chip.icon_name, chip.text) for chip in (chip_of(one, KK, TODAY) for one in STATES.values())}
    assert len(looks) == len(STATES)


def test_green_is_only_what_is_exchanged_with_nothing_left() -> None:
    green = [name for name, status in STATES.items() if chip_of(status, KK, TODAY).kind is Kind.OK]
    assert green == ["well"]


@pytest.mark.parametrize("texts", [KK, RU, EN])
@pytest.mark.parametrize("name", STATES)
def test_the_sentence_is_whole_and_tells_what_waits(name: str, texts: Texts) -> None:
    status = STATES[name]
    sentence = sentence_of(status, texts, TODAY)
    assert sentence.endswith(".")
    assert "{" not in sentence
    if status.waiting:
        assert texts.say("sync_state.sentence.waiting", n=status.waiting) in sentence
    if status.attention:
        assert texts.say("sync_state.sentence.attention", n=status.attention) in sentence


def test_the_strip_of_an_outage_says_since_when_what_works_and_how_much_waits() -> None:
    strip = strip_of(CUT, RU, TODAY)
    assert strip is not None
    assert strip.strong == "Нет связи с 09:12."
    assert strip.text == (
        "Работать можно: статусы показаны из памяти, 7 действий уйдут сами, когда связь вернётся."
    )
    assert (strip.kind, strip.icon, strip.acts) == (Kind.STALE, "wifi-slash", ("queue", "retry"))


def test_an_outage_of_another_day_tells_the_day() -> None:
    strip = strip_of(replace(CUT, since=LONG_AGO), EN, TODAY)
    assert strip is not None
    assert strip.strong == "No connection since 20.11.2026 16:05."


@pytest.mark.parametrize("texts", [KK, RU, EN])
@pytest.mark.parametrize(
    "why",
    [
        "certificate",
        "not_fhir",
        "too_large",
        "redirect",
        "server",
        "bad_reply",
        "busy",
        "settings",
        "store",
        "fault",
    ],
)
def test_what_is_more_than_a_missing_connection_is_said_as_that(why: str, texts: Texts) -> None:
    status = replace(CUT, why=why)
    strip = strip_of(status, texts, TODAY)
    assert strip is not None
    assert strip.text == texts.say(f"sync_state.why.{why}")
    assert strip.text in sentence_of(status, texts, TODAY)
    assert strip.strong != strip_of(CUT, texts, TODAY).strong


@pytest.mark.parametrize("name", ["well", "waiting", "attention", "stale", "paused", "download", "not set"])
def test_what_the_chip_says_well_enough_has_no_strip(name: str) -> None:
    assert strip_of(STATES[name], KK, TODAY) is None


@pytest.mark.parametrize(("name", "acts"), [("sign in", ("sign_in",)), ("restored", ("look",))])
def test_a_stopped_queue_has_one_strip_with_one_button(name: str, acts: tuple[str, ...]) -> None:
    strip = strip_of(STATES[name], KK, TODAY)
    assert strip is not None
    assert strip.acts == acts


@pytest.mark.parametrize(
    ("seconds", "gap", "word"),
    [
        (840, "14 мин", "впереди"),
        (-840, "14 мин", "отстают"),
        (3 * 3600, "3 ч", ""),
        (86400 * 2, "2 дня", ""),
    ],
)
def test_a_clock_that_goes_wrong_is_told_by_how_much(seconds: float, gap: str, word: str) -> None:
    strip = clock_strip_of(replace(WELL, skew_s=float(seconds), is_skewed=True), RU)
    assert strip is not None
    assert gap == gap_words(abs(seconds), RU)
    assert gap in strip.text
    assert word in strip.text
    assert clock_strip_of(replace(WELL, skew_s=float(seconds)), RU) is None
