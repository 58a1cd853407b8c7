"""The columns of the list of operations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from clinic_desk.services.sync.deciding.attention_rows import AttentionRow
from clinic_desk.ui.kit import Cell, Column, UiText
from clinic_desk.ui.sync.item_words import icon_of, offered, person, remark, state_chip, what


def sync_columns(now: Callable[[], dt.datetime], zone: ZoneInfo) -> list[Column[AttentionRow]]:
    """State, what for whom and what is the matter, since when, how often tried, what can be done."""

    def state(row: AttentionRow, words: UiText) -> Cell:
        return Cell(chip=state_chip(row, words))

    def about(row: AttentionRow, words: UiText) -> Cell:
        second = " · ".join(part for part in (person(row, words), remark(row, words)) if part)
        return Cell(what(row, words), second, icon=icon_of(row.kind), strong=True)

    def since(row: AttentionRow, words: UiText) -> Cell:
        is_today = row.acted_at.astimezone(zone).date() == now().astimezone(zone).date()
        texts = words.texts
        time = texts.time(row.acted_at)
        return Cell(time) if is_today else Cell(texts.day_of(row.acted_at), time)

    def tries(row: AttentionRow, words: UiText) -> Cell:
        return Cell(words.texts.number(row.attempts) if row.attempts else "—", muted=not row.attempts)

    def act(row: AttentionRow, words: UiText) -> Cell:
        wanted = offered(row)
        return Cell(words.say(f"sync_screen.act.{wanted}"), link=True) if wanted else Cell()

    return [
        Column("sync_screen.column.state", state, 160),
        Column("sync_screen.column.what", about, 260, 1),
        Column("sync_screen.column.since", since, 100),
        Column("sync_screen.column.tries", tries, 100),
        Column("sync_screen.column.act", act, 140),
    ]
