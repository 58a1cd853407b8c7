"""In which encoding a text file is written, decided by what would be plausible in Kazakhstan.

A general detector guesses between dozens of encodings and takes short Kazakh lists for Serbian or
Turkish; here only those are candidates that the program's users have.
"""

from __future__ import annotations

import codecs
from typing import Final, NamedTuple

from clinic_desk.domain.imports.table import UnusableFile

CODECS: Final = {
    "utf-8": "utf-8",
    "utf-8-bom": "utf-8-sig",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "cp1251": "cp1251",
    "kz1048": "kz1048",
    "cp866": "cp866",
}
"""Python's codec by the name that is shown for it."""

_SAMPLE: Final = 256 * 1024
# Letters of Russian, and і, in each one-byte encoding.
_RUSSIAN: Final = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_CP1251_LETTERS: Final = (_RUSSIAN + "Іі").encode("cp1251")
_CP866_LETTERS: Final = _RUSSIAN.encode("cp866")
_CP1251_SIGNS: Final = "«»№–—“”„’‘…•©®°±§·\u00a0€".encode("cp1251")
# In CP1251 these bytes are Serbian, Macedonian, Belarusian and Ukrainian letters, in KZ-1048 Kazakh ones.
_KAZAKH: Final = "ӘәҒғҚқҢңӨөҰұҮүҺһ".encode("kz1048")
_HIGH: Final = bytes(range(0x80, 0x100))
_CONTROLS: Final = bytes(c for c in range(0x20) if c not in b"\t\n\r\x0c\x1a")


class Decoded(NamedTuple):
    """The text of a file and the name of its encoding (a key of `CODECS`)."""

    text: str
    encoding: str


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """The text of `data`, in the given encoding or in the one it is most plausibly written in.

    A byte that has no meaning becomes U+FFFD, so that the one cell it stands in can be refused.

    Raises:
        UnusableFile: `empty`, `has_nul`, `binary`, `encoding_unknown`.
    """
    name = encoding or detect(data)
    text = data.decode(CODECS[name], errors="replace")
    if text.startswith("\ufeff"):
        text = text[1:]
    if "\0" in text:
        raise UnusableFile("has_nul")
    if not text.strip():
        raise UnusableFile("empty")
    return Decoded(text, name)


def detect(data: bytes) -> str:
    """The name of the encoding of `data`.

    Raises:
        UnusableFile: as `decode`.
    """
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-bom"
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise UnusableFile("encoding_unknown")
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    sample = data[:_SAMPLE]
    wide = _wide(sample)
    if wide is not None:
        return wide
    if b"\0" in data:
        raise UnusableFile("has_nul" if _is_nearly_text(sample.replace(b"\0", b"")) else "binary")
    if not _is_nearly_text(sample):
        raise UnusableFile("binary")
    return "utf-8" if _is_utf8(data) else _one_byte(sample)


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: every second byte is the high one, 0 for digits and 4 for Cyrillic."""
    pairs = len(sample) // 2
    if pairs < 4:
        return None
    even, odd = sample[: pairs * 2 : 2], sample[1 : pairs * 2 : 2]
    for low, high, name in ((even, odd, "utf-16-le"), (odd, even, "utf-16-be")):
        usual = sum(high.count(byte) for byte in (0x00, 0x04, 0x20, 0x21))
        if high.count(0) and usual >= 0.95 * pairs and low.count(0) <= 0.02 * pairs:
            return name
    return None


def _is_nearly_text(sample: bytes) -> bool:
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls <= max(4, len(sample) // 500)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # One damaged byte must not turn a whole list into gibberish.
        text = data[:_SAMPLE].decode("utf-8", errors="replace")
        broken = text.count("\ufffd")
        sound = sum(map(str.isalpha, text)) - sum(c.isascii() and c.isalpha() for c in text)
        return sound >= 10 * broken
    return True


def _one_byte(sample: bytes) -> str:
    high = _count(sample, _HIGH)
    in_1251 = _count(sample, _CP1251_LETTERS + _CP1251_SIGNS + _KAZAKH)
    in_866 = _count(sample, _CP866_LETTERS)
    if in_866 > in_1251 and in_866 >= 0.8 * high:
        return "cp866"
    if in_1251 < 0.8 * high:
        raise UnusableFile("encoding_unknown")
    return "kz1048" if _count(sample, _KAZAKH) else "cp1251"


def _count(sample: bytes, wanted: bytes) -> int:
    return len(sample) - len(sample.translate(None, wanted))
