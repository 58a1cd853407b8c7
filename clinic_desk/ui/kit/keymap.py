"""Which key of a US keyboard was meant, whatever layout is on.

The Kazakh layout types letters and signs on the digit row, and a scanner types as a keyboard does: what
comes in under a Kazakh or Russian layout is read back by the place of the key. The scan code says the
place; where a system gives none, the letter does.
"""

from typing import Final

from PySide6.QtGui import QGuiApplication, QKeyEvent

KAZAKH_DIGIT_ROW: Final = '"әіңғ,.үұқ'
"""What the keys 1 to 0 type under the Kazakh layout, without Shift. Source: KZ layouts of Windows and xkb."""

_DIGITS: Final = dict(zip(KAZAKH_DIGIT_ROW + KAZAKH_DIGIT_ROW.upper(), "1234567890" * 2, strict=True))

# Letter keys of ЙЦУКЕН, which Russian and Kazakh share, by their place on a US keyboard.
_LETTERS_LOWER: Final = dict(
    zip("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`", strict=True)
)
_LETTERS: Final = _LETTERS_LOWER | dict(
    zip("ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ", 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~', strict=True)
)
# Signs that stand elsewhere: the key of "-" is ө under Kazakh; "|" comes as "/" under both; "." differs.
_KAZAKH_SIGNS: Final = {"ө": "-", "Ө": "_", "һ": "=", "Һ": "+", "№": "/", "/": "|"}
_RUSSIAN_SIGNS: Final = {".": "/", ",": "?", "/": "|", "№": "#", ";": "$", ":": "^", '"': "@"}

# Main block by scan code set 1, which evdev shares: (plain, with Shift).
_SCAN_ROWS: Final = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
)
_SCAN: Final = {
    first + offset: (plain[offset], shifted[offset])
    for first, plain, shifted in _SCAN_ROWS
    for offset in range(len(plain))
}


def scan_code(event: QKeyEvent) -> int:
    """The place of the key as a scan code of set 1, or 0 where the system gives none."""
    code = event.nativeScanCode()
    match QGuiApplication.platformName():
        case "windows":
            return code
        case "xcb" | "wayland":
            return code - 8 if code > 8 else 0
        case _:
            return 0


def latin_by_place(code: int, shifted: bool) -> str:
    """What the key at this scan code types on a US keyboard, or "" for a key outside the main block."""
    pair = _SCAN.get(code)
    return "" if pair is None else pair[shifted]


def digit(text: str) -> str:
    """The digit that a typed character means, or "": `7` and, under the Kazakh layout, `.` are both 7."""
    if len(text) == 1 and text.isascii() and text.isdigit():
        return text
    return _DIGITS.get(text, "")


def digit_of(event: QKeyEvent) -> str:
    """The digit of the key that was pressed, by its place and else by what it typed; "" for any other key."""
    placed = latin_by_place(scan_code(event), shifted=False)
    if placed.isdigit() and not event.text().isascii():
        return placed
    return digit(event.text())


def digits(text: str) -> str:
    """The digits of a pasted or scanned text; spaces and dashes go, Kazakh digit keys are read back."""
    return "".join(digit(character) for character in text)


def latin_letter(text: str) -> str:
    """The Latin character on the key that typed this Cyrillic letter, or the text itself."""
    return _LETTERS.get(text, text)


def unscramble(text: str) -> str:
    """What a scanner meant, read from what it typed under an unknown layout.

    The Kazakh layout types no ASCII digit on its main block, so a text with Cyrillic letters or Kazakh
    digit keys but no digit is Kazakh, and one with Cyrillic letters and digits is Russian. Latin text
    is left alone.
    """
    foreign = any(not character.isascii() for character in text)
    has_digit = any(character.isascii() and character.isdigit() for character in text)
    if foreign and has_digit:
        table = _LETTERS | _RUSSIAN_SIGNS
    elif foreign or (text and all(character in _DIGITS for character in text)):
        table = _LETTERS | _KAZAKH_SIGNS | _DIGITS
    else:
        return text
    return "".join(table.get(character, character) for character in text)
