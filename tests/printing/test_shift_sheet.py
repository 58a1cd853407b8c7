"""What pdftotext reads on the sheet at the end of a shift."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.ids import ShiftId
from clinic_desk.domain.local_text import LocalText
from clinic_desk.printing.adapters import PdfSlips
from clinic_desk.printing.fonts import text_width
from clinic_desk.printing.page import A5_HEIGHT, LEFT, RIGHT
from clinic_desk.printing.raster import page_count
from clinic_desk.printing.shift_sheet import layout_shift, render_shift
from clinic_desk.services.sync.exchange.offline_spells import Spell
from clinic_desk.services.sync.papers.shift_paper import ShiftPaper
from clinic_desk.services.sync.papers.shift_values import Left, LeftItem, ShiftFigures, ShiftSheet
from clinic_desk.texts import Language
from tests.printing.samples import words


def at(hour: int, minute: int = 0) -> dt.datetime:
    """A moment of 23.11.2026 by the clinic's clock."""
    return dt.datetime(2026, 11, 23, hour - 5, minute, tzinfo=dt.UTC)


SHEET = ShiftSheet(
    ShiftId("1" * 32),
    "Сәбитова Г. <b>",
    "2",
    at(8),
    at(18),
    at(18),
    ShiftFigures(64, 5, 12, 11, 4, 10, 3, 2),
    3,
    at(9, 12),
    120,
    1,
    ("T2-1EENS-00007-3", "T2-1EENS-00009-7"),
    ("T2-1EENS-00012-7",),
    2,
    (Spell(at(9, 12), at(10, 2)), Spell(at(17, 12))),
    (LeftItem(Left.ATTENTION, 1), LeftItem(Left.TO_PRINT, 2), LeftItem(Left.ATTACHMENTS, 3)),
    48213,
    "7f3a91c204de5b18" * 4,
)


def paper(language: Language = Language.KK, *, is_practice: bool = False, **changed: Any) -> ShiftPaper:
    clinic = LocalText("Мысал емханасы", "Поликлиника «Мысал»")
    return ShiftPaper(replace(SHEET, **changed), clinic, language, is_practice)


def text(content: ShiftPaper) -> str:
    """The sheet line by line as it stands on paper, of which the PDF holds every word."""
    runs = [run for page in layout_shift(content) for run in page.texts]
    read = words(render_shift(content))
    assert all(word in read for run in runs for word in run.text.split())
    return " ".join(run.text for run in sorted(runs, key=lambda run: (round(run.y, 1), run.x)))


def test_everything_the_sheet_says() -> None:
    told = text(paper())
    for part in (
        "Ауысым парағы",
        "23.11.2026, 08:00–18:00 · 2-терезе · Сәбитова Г. <b>",
        "Мысал емханасы",
        "Қабылданған адам 64",
        "Тіркелді / бекіту өтініші 5 / 3",
        "Сақтандыру жауабы 12",
        "Жолдама 11",
        "Оның ішінде уақытша 4",
        "Басылған бланк 10",
        "Байланыссыз уақыт 09:12–10:02, 17:12–…",
        "Сервер растаған жазба 120",
        "Жіберілмеген жазба 3",
        "Қайтарып алынған жазба 1",
        "Ең ескісі 23.11.2026, 09:12 жазылған.",
        "1 жазба адамның шешімін күтеді.",
        "Кері шақырылатын қағаз 2 № T2-1EENS-00007-3, № T2-1EENS-00009-7",
        "Хабарланды: № T2-1EENS-00012-7",
        "Басылмаған жолдама 2",
        "Бітпеген істер келесі ауысымға өтті.",
        "Журнал соңы: № 48213 7F3A 91C2 04DE 5B18",
        "тапсырды қабылдады",
    ):
        assert part in told


def test_in_russian_and_english() -> None:
    assert "Не отправлено записей 3" in text(paper(Language.RU))
    assert "Поликлиника «Мысал»" in text(paper(Language.RU))
    assert "Records not sent 3" in text(paper(Language.EN))


@pytest.mark.parametrize("unsent", [0, 1])
def test_zero_stands_there_only_when_it_is_zero(unsent: int) -> None:
    told = text(paper(unsent=unsent, unsent_since=at(9) if unsent else None, recalls=(), left=(), told=()))
    assert (f"Жіберілмеген жазба {unsent}" in told, "Ең ескісі" in told) == (True, bool(unsent))
    assert ("келесі ауысымға өтті" in told) is bool(unsent)
    assert "Кері шақырылатын қағаз 0" in told


def test_a_sheet_of_a_shift_that_goes_on_says_so() -> None:
    told = text(paper(closed_at=None))
    assert "Ауысым жабылмаған: 23.11.2026, 18:00 күйі" in told
    assert "өтті" not in told
    assert "болған жоқ" in text(paper(spells=()))


def test_practice_is_framed_and_marked() -> None:
    assert "ЖАТТЫҒУ" in text(paper(is_practice=True))
    assert all(page.is_framed for page in layout_shift(paper(is_practice=True)))
    assert "ЖАТТЫҒУ" not in text(paper())


@pytest.mark.parametrize("papers", [0, 6, 400])
def test_many_papers_go_on_to_another_page_and_none_is_left_out(papers: int) -> None:
    numbers = tuple(f"T2-1EENS-{number:05d}-7" for number in range(papers))
    content = paper(recalls=numbers)
    pdf = render_shift(content)
    told = words(pdf)
    assert all(number in told for number in numbers)
    assert told.count("тапсырды") == 1
    pages = layout_shift(content)
    assert page_count(pdf) == len(pages)
    assert (len(pages) > 1) is (papers == 400)
    for page in pages:
        for run in page.texts:
            assert run.x >= LEFT - 0.1
            assert run.x + text_width(run.text, bold=run.bold, size=run.size) <= RIGHT + 0.1
            assert run.y < A5_HEIGHT
            assert run.size >= 10


def test_two_on_one_sheet_of_a4_and_the_same_bytes_each_time() -> None:
    pdf = PdfSlips().draw_shift(paper(), "a4")
    assert words(pdf).count("Ауысым парағы") == 2
    assert PdfSlips().draw_shift(paper(), "a5") == render_shift(paper())
