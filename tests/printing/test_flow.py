import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desk.printing.flow import Span, break_lines
from clinic_desk.printing.fonts import text_width, visible

LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіӘҒҚҢӨҰҮҺІABCxyz0123456789<>&\"'«»()-.,№·"
TEXT = st.text(LETTERS + "    ", max_size=120)


def lines_of(*spans: Span, width: float = 200) -> list[str]:
    """Each line as it is read: runs that stand apart have a blank between."""
    said = []
    for line in break_lines(spans, width):
        text, edge = "", 0.0
        for run in line:
            text += (" " if run.x > edge + 1 else "") + run.text
            edge = run.x + text_width(run.text, bold=run.bold, size=run.size)
        said.append(text)
    return said


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(TEXT, st.booleans(), st.sampled_from([10.0, 11.5, 14.0])), max_size=4),
    st.floats(30, 400),
)
def test_nothing_is_lost_and_no_line_is_too_wide(parts: list[tuple[str, bool, float]], width: float) -> None:
    spans = [Span(text, bold, size) for text, bold, size in parts]
    lines = break_lines(spans, width)
    drawn = "".join(run.text for line in lines for run in line).replace(" ", "")
    assert drawn == visible("".join(text for text, _, _ in parts)).replace(" ", "")
    for line in lines:
        last = line[-1]
        assert last.x + text_width(last.text, bold=last.bold, size=last.size) <= width + 0.01
        for before, after in itertools.pairwise(line):
            assert before.x + text_width(before.text, bold=before.bold, size=before.size) <= after.x + 0.01


@settings(max_examples=100, deadline=None)
@given(TEXT, st.floats(150, 400))
def test_lines_break_at_blanks_and_hold_as_much_as_they_can(text: str, width: float) -> None:
    lines = lines_of(Span(text), width=width)
    if all(text_width(word, bold=False, size=10) <= width for word in visible(text).split()):
        assert " ".join(lines) == visible(text)
        for line, following in itertools.pairwise(lines):
            first = following.split(" ")[0]
            assert text_width(f"{line} {first}", bold=False, size=10) > width


def test_pieces_touch_unless_a_blank_stands_between() -> None:
    assert lines_of(Span("Жарамды: "), Span("1414", True), Span(".")) == ["Жарамды: 1414."]
    assert lines_of(Span("а"), Span(" б", True), Span("в")) == ["а бв"]


def test_a_word_wider_than_the_line_is_broken_between_letters() -> None:
    lines = lines_of(Span("Қ" * 100), width=100)
    assert "".join(lines) == "Қ" * 100
    assert len(lines) > 3


def test_whole_pieces_stay_whole_while_a_line_can_hold_them() -> None:
    assert lines_of(Span("телефон нөмірі"), Span(" +7 7172 00 00 00", whole=True), width=110) == [
        "телефон нөмірі",
        "+7 7172 00 00 00",
    ]
    assert (
        "".join(lines_of(Span("+7 7172 00 00 00", whole=True), width=40)).replace(" ", "") == "+77172000000"
    )


def test_a_sign_between_two_pieces_goes_where_the_line_breaks() -> None:
    spans = [Span("Астана"), Span(" · ", between=True), Span("Үлгі")]
    assert lines_of(*spans, width=200) == ["Астана · Үлгі"]
    assert lines_of(*spans, width=50) == ["Астана", "Үлгі"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  екі   сөз\t\n", "екі сөз"),
        ("a\x00b\x1b[31m", "a�b�[31m"),
        ("\u202eалдамшы", "�алдамшы"),
        ("日本", "��"),
        ("😀", "�"),
        ("\ud800", "�"),
        ("й", "й"),
        ("те\u00adма\u200b", "тема"),
        ("№\u00a012", "№ 12"),
        ("\ue000", "�"),
    ],
)
def test_strange_characters_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
