"""Clinic Desk: the registrar's desk of a Kazakhstan polyclinic, from an IIN to a printed referral slip."""

__version__ = "0.1.0"
