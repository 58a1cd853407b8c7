"""Referral slips as PDF and their way to a printer."""
