"""Attachment to the polyclinic: the application, the case after sending, the list of cases."""
