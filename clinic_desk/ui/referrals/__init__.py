"""Screens about referrals: the dialog that issues one and the list that follows them."""
