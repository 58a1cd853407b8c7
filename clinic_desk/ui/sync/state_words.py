"""The state of the exchange in the words of one language: chip, sentence, strips over the pages. No Qt."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from clinic_desk.services.sync.exchange.status import QUEUE_STUCK, SyncState, SyncStatus
from clinic_desk.texts import Texts
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.tokens import Kind

_S = SyncState
_NO_NETWORK: Final = frozenset({"", "name", "connect", "timeout", "broken", "sign_in", "restored"})
"""Why nothing comes, where "no connection" says it all."""
_HOUR, _DAY = 60, 24 * 60


@dataclass(frozen=True, slots=True)
class StripWords:
    """A strip over the pages; `acts` are codes of what it offers: queue, retry, sign_in, look."""

    kind: Kind
    icon: str
    strong: str
    text: str
    acts: tuple[str, ...] = ()


def chip_of(status: SyncStatus, texts: Texts, today: dt.date) -> ChipData:
    """What the chip in the top bar says."""
    return _cut_off_chip(status, texts, today) or _connected_chip(status, texts, today)


def _cut_off_chip(status: SyncStatus, texts: Texts, today: dt.date) -> ChipData | None:
    """What comes before anything else: there is no exchange at all."""
    say, n = texts.say, status.waiting
    match status.state:
        case _S.NOT_SET:
            return ChipData(Kind.NEUTRAL, say("shell.state.local"), "desktop")
        case _S.RESTORED:
            return ChipData(Kind.ERR, say("sync_state.chip.restored"), "warning-octagon")
        case _S.SIGN_IN_NEEDED:
            return ChipData(Kind.WARN, say("sync_state.chip.sign_in_needed"), "lock-key")
        case _S.OFFLINE if n:
            return ChipData(Kind.STALE, say("sync_state.chip.offline", n=n), "cloud-slash")
        case _S.OFFLINE:
            since = when(status.since, texts, today, short=True)
            return ChipData(Kind.STALE, say("sync_state.chip.offline_since", when=since), "cloud-slash")
    return None


def _connected_chip(status: SyncStatus, texts: Texts, today: dt.date) -> ChipData:
    say, n = texts.say, status.waiting
    last = when(status.last_success, texts, today, short=True)
    if status.attention:
        return ChipData(Kind.ERR, say("sync_state.chip.attention", n=status.attention), "warning-circle")
    match status.state:
        case _S.PAUSED:
            key = "sync_state.chip.paused" if n else "sync_state.chip.paused_empty"
            return ChipData(Kind.NEUTRAL, say(key, n=n), "pause-circle")
        case _S.FIRST_DOWNLOAD:
            return ChipData(Kind.INFO, _download_words(status, texts), "cloud-arrow-down")
        case _S.STALE if status.why == QUEUE_STUCK:
            since = when(status.since, texts, today, short=True)
            return ChipData(Kind.STALE, say("sync_state.chip.stale_queue", n=n, when=since))
        case _S.STALE if status.last_success is None:
            return ChipData(Kind.STALE, say("sync_state.chip.never"))
        case _S.STALE:
            return ChipData(Kind.STALE, say("sync_state.chip.stale", when=last))
    if n:
        return ChipData(Kind.INFO, say("sync_state.chip.waiting", n=n), "cloud-arrow-up")
    return ChipData(Kind.OK, say("sync_state.chip.online", when=last), "cloud-check")


def _download_words(status: SyncStatus, texts: Texts) -> str:
    if not status.total:
        return texts.say("sync_state.chip.download_rows", n=status.done)
    return texts.say("sync_state.chip.download", percent=min(99, 100 * status.done // status.total))


def sentence_of(status: SyncStatus, texts: Texts, today: dt.date) -> str:
    """The whole sentence for whoever points at the chip or hears it read."""
    if status.state is _S.NOT_SET:
        return texts.say("shell.state.local_sentence")
    parts = [_state_sentence(status, texts, today)]
    why = why_sentence(status, texts)
    if why:
        parts.append(why)
    if status.waiting:
        parts.append(texts.say("sync_state.sentence.waiting", n=status.waiting))
    if status.attention:
        parts.append(texts.say("sync_state.sentence.attention", n=status.attention))
    parts.append(texts.say("sync_state.sentence.opens"))
    return " ".join(parts)


def why_sentence(status: SyncStatus, texts: Texts) -> str:
    """What keeps the exchange from working, where it is more than a missing connection; else ""."""
    key = f"sync_state.why.{status.why}"
    is_told = status.state is _S.OFFLINE and status.why not in _NO_NETWORK and texts.has(key)
    return texts.say(key) if is_told else ""


def strip_of(status: SyncStatus, texts: Texts, today: dt.date) -> StripWords | None:
    """What lies over every page; None while there is nothing a person has to know."""
    say, n = texts.say, status.waiting
    match status.state:
        case _S.OFFLINE:
            since = when(status.since, texts, today)
            why = why_sentence(status, texts)
            key = "sync_state.banner.no_exchange" if why else "sync_state.banner.offline"
            works = "sync_state.banner.works_waiting" if n else "sync_state.banner.works"
            # What is wrong goes before what still works: a strip has room for one of the two.
            text = why or say(works, n=n)
            return StripWords(Kind.STALE, "wifi-slash", say(key, when=since), text, ("queue", "retry"))
        case _S.SIGN_IN_NEEDED:
            strong, text = say("sync_state.banner.sign_in"), say("sync_state.banner.sign_in_text", n=n)
            return StripWords(Kind.WARN, "lock-key", strong, text, ("sign_in",))
        case _S.RESTORED:
            strong, text = say("sync_state.banner.restored"), say("sync_state.banner.restored_text")
            return StripWords(Kind.ERR, "warning-octagon", strong, text, ("look",))
    return None


def clock_strip_of(status: SyncStatus, texts: Texts) -> StripWords | None:
    """The warning of a clock that goes wrong; None while it goes well enough or nobody knows."""
    if not status.is_skewed or status.skew_s is None:
        return None
    key = "sync_state.banner.skew_ahead" if status.skew_s > 0 else "sync_state.banner.skew_behind"
    text = texts.say(key, gap=gap_words(abs(status.skew_s), texts))
    return StripWords(Kind.WARN, "clock", texts.say("sync_state.banner.skew"), text)


def gap_words(seconds: float, texts: Texts) -> str:
    """A difference of clocks in its largest whole unit."""
    minutes = round(seconds / 60)
    if minutes < 2 * _HOUR:
        return texts.say("sync_state.gap.minutes", n=minutes)
    if minutes < 2 * _DAY:
        return texts.say("sync_state.gap.hours", n=round(minutes / _HOUR))
    return texts.say("sync_state.gap.days", n=round(minutes / _DAY))


def when(moment: dt.datetime | None, texts: Texts, today: dt.date, *, short: bool = False) -> str:
    """The time of today, the day of another one; `short` leaves out the time then."""
    if moment is None:
        return "—"
    day = texts.day_of(moment)
    if day == texts.date(today):
        return texts.time(moment)
    return day[:5] if short else texts.moment(moment)


def _state_sentence(status: SyncStatus, texts: Texts, today: dt.date) -> str:
    say = texts.say
    match status.state:
        case _S.STALE if status.why == QUEUE_STUCK:
            return say("sync_state.sentence.stale_queue", when=when(status.since, texts, today))
        case _S.STALE if status.last_success is None:
            return say("sync_state.sentence.never")
        case _S.ONLINE | _S.STALE:
            last = when(status.last_success, texts, today)
            return say(f"sync_state.sentence.{status.state}", when=last)
        case _S.OFFLINE:
            return say("sync_state.sentence.offline", when=when(status.since, texts, today))
        case _S.FIRST_DOWNLOAD:
            return say("sync_state.sentence.first_download", n=status.done)
        case _:
            return say(f"sync_state.sentence.{status.state}")
