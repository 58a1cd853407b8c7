"""The card of a patient: who it is, the insurance, the attachment, open referrals, recorded answers."""
