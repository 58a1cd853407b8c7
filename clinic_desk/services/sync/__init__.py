"""Offline first: every act is written with its operation; rounds carry them up and bring news down."""
