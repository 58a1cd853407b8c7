"""Phone numbers as people of Kazakhstan type them, kept as E.164.

Which operator codes exist is left to the `phonenumbers` library; a trunk prefix 8 is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

from clinic_desk.domain.errors import InvalidValue

_REGION = "KZ"


class InvalidPhone(InvalidValue):
    """Codes: `phone.empty`, `phone.invalid`."""


@dataclass(frozen=True, slots=True)
class Phone:
    """An E.164 number such as `+77000000000`."""

    e164: str

    @property
    def shown(self) -> str:
        """As printed: `+7 700 000 00 00`; other countries keep the international grouping."""
        return format_phone(self.e164)

    def __str__(self) -> str:
        return self.e164


def format_phone(e164: str) -> str:
    """An E.164 number grouped for reading; anything unexpected comes back unchanged.

    `+7 700 000 00 00`, `+7 727 000 00 00`, and `+7 7172 00 00 00` where the city code has four digits.
    """
    if len(e164) != 12 or not e164.startswith("+7"):
        return e164
    national = e164[2:]
    # City codes of Kazakhstan begin with 71 and 72 and have four digits, but for Almaty's 727.
    if national[:2] in {"71", "72"} and not national.startswith("727"):
        return f"+7 {national[:4]} {national[4:6]} {national[6:8]} {national[8:]}"
    return f"+7 {national[:3]} {national[3:6]} {national[6:8]} {national[8:]}"


def parse_phone(text: str) -> Phone:
    """The number written in `text`, national numbers read as Kazakhstan's.

    Raises:
        InvalidPhone: when the library cannot make a possible number of it.
    """
    # Imported here: its metadata costs more than the whole of start-up may.
    import phonenumbers

    stripped = text.strip()
    if not stripped:
        raise InvalidPhone("phone.empty")
    try:
        number = phonenumbers.parse(stripped, _REGION)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone("phone.invalid") from error
    if not phonenumbers.is_possible_number(number):
        raise InvalidPhone("phone.invalid")
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
