"""Whose certificates are believed: the system's authorities, or the clinic's own in their place."""

from __future__ import annotations

import ssl

from clinic_desk.domain.errors import ClinicDeskError


def trust(ca_file: str = "") -> ssl.SSLContext:
    """TLS 1.2 or newer with the server's name and certificate checked; there is no way to leave that out.

    Args:
        ca_file: PEM file of the clinic's own authority; empty for the system's authorities.

    Raises:
        ClinicDeskError: `upstream.ca_file` when the file cannot be read or holds no certificate.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        raise ClinicDeskError("upstream.ca_file") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
