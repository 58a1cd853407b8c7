"""The slip's content is a value of the use cases (`services.slip_content`): printing only draws it."""

from clinic_desk.services.slip_content import (
    BOTH,
    SlipContent,
    SlipDestination,
    SlipInsurance,
    SlipIssuer,
    SlipOrder,
    SlipPatient,
)

__all__ = [
    "BOTH",
    "SlipContent",
    "SlipDestination",
    "SlipInsurance",
    "SlipIssuer",
    "SlipOrder",
    "SlipPatient",
]
