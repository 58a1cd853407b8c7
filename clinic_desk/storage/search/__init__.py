"""Finds people by whatever a registrar types."""

from clinic_desk.storage.search.patients import SqlPatientSearch

__all__ = ["SqlPatientSearch"]
